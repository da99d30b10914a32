"""What every page is made of: templates, style sheet, escaping and its own Content Security Policy."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from unbroken.report import words
from unbroken.report.visible import visible


def content_security_policy(style: Markup, script: Markup | None = None) -> str:
    """Return a policy that allows this style and this script and nothing else."""
    scripts = f"script-src '{_fingerprint(script)}'; " if script is not None else ""
    return f"default-src 'none'; style-src '{_fingerprint(style)}'; {scripts}img-src data:; base-uri 'none'; form-action 'none'"


def _fingerprint(text: Markup) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def asset(name: str) -> Markup:
    """Return one of our own files beside the templates, as it is."""
    text = (files("unbroken.report") / "templates" / name).read_text(encoding="utf-8")
    return Markup(text.replace("\r\n", "\n"))  # noqa: S704 -- our own file, no tenant text


@cache
def environment() -> Environment:
    """Return what renders a template: every text escaped and visible, a missing name an error."""
    made = Environment(
        loader=PackageLoader("unbroken.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    made.filters.update(number=words.number, slug=_slug, account=_account, commands=_commands)
    return made


def _harmless(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _slug(effect: str) -> str:
    """Return the style class of an effect or outcome word; words we do not know share one."""
    known = {*words.EFFECTS, *words.OUTCOMES.values()}
    return effect.lower().replace(" ", "-") if effect in known else "other"


def _account(name: str) -> Markup:
    """Return an escaped user principal name that may break after its `@`."""
    return Markup("@<wbr>").join(visible(name).split("@"))


def _commands(text: str) -> Markup:
    """Return our own words with what stands between backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))
