"""The ten lines of Python that put a settings file into use, for each framework."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["START", "Framework"]


class Framework(StrEnum):
    """The frameworks that an app can be built with."""

    PLAIN = "plain"
    FASTAPI = "fastapi"
    FLASK = "flask"
    DJANGO = "django"
    CELERY = "celery"


_ALL = """\
import logging

import voxvalley_privacy as vp

privacy = vp.Privacy.from_toml("{path}")
protection = privacy.protect_logs()
redact = privacy.redactor("call_log", audience="debug")
"""

START: Mapping[Framework, str] = {
    Framework.PLAIN: f"""{_ALL}
logging.getLogger("app").warning("call ended: %s", "+14155550132")""",
    Framework.FASTAPI: f"""{_ALL}
from fastapi import FastAPI

app = FastAPI()


@app.get("/call")
def call(number: str) -> None:
    logging.getLogger("app").warning("call from %s", number)""",
    Framework.FLASK: f"""{_ALL}
from flask import Flask
from voxvalley_privacy.integrations.flask import protect_app

app = Flask(__name__)
protect_app(app, redact)""",
    Framework.DJANGO: """\
# shop/privacy.py; put protection = privacy.protect_logs() in AppConfig.ready()
# and set VOXVALLEY_PRIVACY_REDACT = "shop.privacy:redact" in settings.py
import voxvalley_privacy as vp

privacy = vp.Privacy.from_toml("{path}")
redact = privacy.redactor(audience="debug")""",
    Framework.CELERY: f"""{_ALL}
from celery import Celery
from voxvalley_privacy.integrations.celery import protect_tasks

app = Celery("app")
protected = protect_tasks(app, redact)""",
}
