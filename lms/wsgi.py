"""The app for a WSGI server of one's own: `gunicorn --preload --workers 2 --threads 4 lms.wsgi:app`.

Loaded before the workers fork, what it holds is held once.
"""

from lms.app import create_app, settle

app = create_app()
settle()
