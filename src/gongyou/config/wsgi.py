import os

from django.core.wsgi import get_wsgi_application

from gongyou.basics import later

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongyou.config.settings")
application = get_wsgi_application()
later.load_all()
