"""Makes the web application: pages in three languages, the JSON API and the downloads around one
set of services.
"""

from flask import Flask, Response, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from catalogue.records import LANGUAGES
from portal import api, assets, bodies, counting, framing, i18n, kept, security_headers
from portal.context import EXTENSION
from portal.pages import LOCALISED, ROOT, caching, compression, error_pages
from portal.pages.context import add_to_templates
from portal.services import Services

LANGUAGE_PREFIX = "/<any(fr, nl, en):lang>"


def create_app(services: Services) -> Flask:
    """Return the application of one process. Raises AssetsMissing where the front end was not
    built.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions[EXTENSION] = services
    bodies.init_app(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    proxies = services.settings.trusted_proxy_count
    if proxies:
        forwarded = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = forwarded  # type: ignore[method-assign]  # Flask's documented way
    framing.init_app(app)
    kept.init_app(app, services)
    compression.init_app(app)
    assets.init_app(app)
    i18n.init_app(app)
    security_headers.init_app(app, services.settings)
    error_pages.init_app(app)
    caching.init_app(app)
    counting.init_app(app)
    add_to_templates(app)
    for blueprint in LOCALISED:
        app.register_blueprint(blueprint, url_prefix=LANGUAGE_PREFIX)
    for blueprint in (*ROOT, *api.blueprints):
        app.register_blueprint(blueprint)
    for blueprint in api.localised:
        prefix = f"{LANGUAGE_PREFIX}{blueprint.url_prefix or ''}"
        app.register_blueprint(blueprint, url_prefix=prefix, name=f"{blueprint.name}_in_language")
    app.before_request(_without_final_slash)
    return app


def _without_final_slash() -> BaseResponse | Response | None:
    """Send `/fr/datasets/` to `/fr/datasets`: a slash too many is no reason for a 404."""
    path = request.path.rstrip("/")
    is_page = path.count("/") > 1 and path.split("/")[1] in LANGUAGES
    if request.routing_exception is None or path == request.path or not is_page:
        return None
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{path}?{query}" if query else path, 308)
