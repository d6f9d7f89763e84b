"""The app for a WSGI server of one's own: `gunicorn --workers 2 --threads 4 lms.wsgi:app`."""

from lms.app import create_app, settle

app = create_app()
settle()
