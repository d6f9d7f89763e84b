"""Entrepares: training, mentoring and accreditation of peer supporters in mental health."""
