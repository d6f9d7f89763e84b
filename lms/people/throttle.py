"""Throttling of whatever proves who somebody is: per address, per account, and per account from one address.

A single address can spend only a part of an account's allowance, so that it cannot keep its owner out; and a browser in
which the owner has signed in before has an allowance of its own, whatever others try from elsewhere or from beside it. What
succeeds is not counted, so that a class may sign in together behind one address. Windows are a minute.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Response, request, session
from flask_limiter.util import get_remote_address

from lms.limits import limiter
from lms.people.entry import devices
from lms.people.rules import normal_email

PER_ADDRESS = "20/minute"
PER_ACCOUNT = "20/minute"
PER_ACCOUNT_AND_ADDRESS = "5/minute"


def _account() -> str:
    """Whom the request is about: the account in the second step, the address typed in the first, the link's token."""
    if who := session.get("tf_user_id"):
        return str(who)
    token = (request.view_args or {}).get("token", "")
    return normal_email(request.form.get("email", "")) or str(token) or str(session.get("sign_in", ""))


def _device() -> str | None:
    """The known device of the account that the request is about."""
    account = _account()
    return devices.known_as(account) if account else None


def _address_key() -> str:
    return _device() or get_remote_address()


def _account_key() -> str:
    # Where no account is named (a passkey), a stranger who fails must not use up everybody's allowance.
    return f"account:{request.endpoint}:{_device() or _account() or get_remote_address()}"


def _both_key() -> str:
    return f"{_account_key()}:{_address_key()}"


def _failed(response: Response) -> bool:
    return response.status_code != 302


@cache  # limits belong to the function, which every app of the process shares
def throttled(view: Callable[..., Any], count_all: bool = False) -> Callable[..., Any]:
    """`view` with its POSTs limited; `count_all` counts those that succeed as well."""
    more: dict[str, Any] = {"methods": ["POST"]} if count_all else {"methods": ["POST"], "deduct_when": _failed}
    for limit, key in (
        (PER_ADDRESS, _address_key),
        (PER_ACCOUNT, _account_key),
        (PER_ACCOUNT_AND_ADDRESS, _both_key),
    ):
        view = limiter.limit(limit, key_func=key, per_method=True, **more)(view)
    return view


@cache
def throttled_by_address(view: Callable[..., Any], times: str = PER_ADDRESS, count_all: bool = False) -> Any:
    """`view` with its POSTs limited for each address alone: for what names no account."""
    more: dict[str, Any] = {} if count_all else {"deduct_when": _failed}
    return limiter.limit(times, key_func=_address_key, per_method=True, methods=["POST"], **more)(view)


def init_app(app: Flask) -> None:
    """Throttle Flask-Security's views that somebody could guess at."""
    for name in ("login", "two_factor_token_validation", "mf_recovery", "wan_signin_response", "change_password"):
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = throttled(app.view_functions[endpoint])
    for name in ("forgot_password", "reset_password", "two_factor_setup_validate"):
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = throttled(app.view_functions[endpoint], count_all=True)
