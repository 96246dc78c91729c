"""Slack's Web API with an app's bot token: which channel a name means, and what its errors ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from monitor.errors import Deferred, Gone, OutcomeUnknown, Rejected
from monitor.notify.channel import Wires
from monitor.notify.slack_wire import GONE, Answer, SlackWire

_MOST_OF_ANSWER = (
    8_000_000  # bytes; a page of channels is long, and posts are answered with the whole message
)
_PAGE = 999  # channels; Slack allows up to this many
_MOST_PAGES = 200

_ASK_OWNER = "ask an owner of the workspace"
_GIVE_ANEW = "put the app's Bot User OAuth Token (xoxb-…) anew where the configuration's `token` points"
_DEFECT = "please report this as a defect"
_WHAT_TO_DO = {
    "invalid_auth": f"the token is mistyped, or this machine's address is not allowed; {_GIVE_ANEW}",
    "not_authed": f"Slack saw no token; {_GIVE_ANEW}",
    "token_revoked": f"the token was revoked; install the app again, and {_GIVE_ANEW}",
    "token_expired": f"the token expired; switch token rotation off for the app, and {_GIVE_ANEW}",
    "account_inactive": f"the app was removed from the workspace; install it again, and {_GIVE_ANEW}",
    "not_allowed_token_type": f"this is another kind of token; {_GIVE_ANEW}",
    "no_permission": f"the app may not do this; {_ASK_OWNER}",
    "access_denied": f"the app may not do this; {_ASK_OWNER}",
    "team_access_not_granted": f"the app is not approved for this workspace; {_ASK_OWNER}",
    "enterprise_is_restricted": f"the organisation forbids this; {_ASK_OWNER}",
    "two_factor_setup_required": "the workspace demands two-factor authentication of the app's owner",
    "not_in_channel": "the app is not in the channel; invite it there with: /invite @NAME-OF-THE-APP",
    "is_archived": "the channel is archived; bring it back in Slack, or name another one",
    "restricted_action": f"a setting of the workspace keeps the app from writing there; {_ASK_OWNER}",
    "restricted_action_read_only_channel": "only some people may write in this channel; name another one",
    "restricted_action_thread_only_channel": "only replies are allowed in this channel; name another one",
    "restricted_action_non_threadable_channel": "no threads are allowed in this channel; name another one",
    "msg_too_long": f"the message is too long for Slack; {_DEFECT}",
    "no_text": f"Slack found no text in the message; {_DEFECT}",
    "invalid_blocks": f"Slack refuses the layout of the message; {_DEFECT}",
    "invalid_blocks_format": f"Slack refuses the layout of the message; {_DEFECT}",
    "msg_blocks_too_long": f"the layout of the message is too long for Slack; {_DEFECT}",
    "invalid_arguments": f"Slack does not understand the message; {_DEFECT}",
    "unknown_method": "this is no address of Slack's API; mend `api` in the configuration",
}  # fmt: skip
# Beside what `slack_wire.LATER` holds: what passes without anybody mending the message or the configuration.
_LATER = frozenset({"team_added_to_org", "org_login_required", "accesslimited", "message_limit_exceeded"})


class SlackApi:
    """The methods of Slack's Web API that are needed, with one token."""

    def __init__(self, base: str, token: str, timeout: float, wires: Wires) -> None:
        self._base = base
        self._token = token
        self._wire = SlackWire(wires, timeout, most_of_answer=_MOST_OF_ANSWER, secrets=(token,))

    async def post_message(self, message: Mapping[str, Any]) -> Answer:
        """Post; the answer still has to be `judged`."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return await self._call("chat.postMessage", json.dumps(message).encode(), headers, OutcomeUnknown)

    async def who_am_i(self) -> str:
        """Ask whose token it is; gives app and workspace. Raises Deferred, or Rejected with what to do."""
        answer = await self._call("auth.test", b"", {}, Deferred)
        try:
            fields = self.judged(answer)
        except OutcomeUnknown as error:
            fault = Deferred(error.reason)  # nothing was asked for
        else:
            return self._wire.heard(f"{fields.get('user', 'an app')} in {fields.get('team', 'a workspace')}")
        raise fault

    async def channel_called(self, name: str) -> str:
        """Find the id of a channel by its name. Raises Deferred, or Rejected with what to do."""
        try:
            found = await self._look_for(name, "public_channel,private_channel")
            hidden = "if it is private, invite the app there with: /invite @NAME-OF-THE-APP"
        except _MissingScope:
            # Without the scope for private channels, a public one can still be found.
            found = await self._look_for(name, "public_channel")
            hidden = "if it is private, the app needs the scope groups:read and to be in it"
        if found is None:
            said = f"Slack shows the app no channel called #{name} that is not archived"
            raise Rejected(f"{said}; {hidden}, or write its id, which needs no look-up")
        return found

    async def _look_for(self, name: str, kinds: str) -> str | None:
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = await self._page(kinds, cursor)
            for channel in page.get("channels") or ():
                if isinstance(channel, dict) and channel.get("name_normalized", channel.get("name")) == name:
                    return str(channel.get("id"))
            metadata = page.get("response_metadata")
            cursor = str(metadata.get("next_cursor") or "") if isinstance(metadata, dict) else ""
            if not cursor:
                break
        return None

    async def _page(self, kinds: str, cursor: str) -> Mapping[str, Any]:
        asked = {"types": kinds, "exclude_archived": "true", "limit": str(_PAGE)}
        if cursor:
            asked["cursor"] = cursor
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._call("conversations.list", urlencode(asked).encode(), headers, Deferred)
        if answer.word == "missing_scope" and "private" in kinds:
            raise _MissingScope
        try:
            return self.judged(answer, scope="channels:read")
        except OutcomeUnknown as error:
            fault = Deferred(error.reason)  # nothing was posted yet
        raise fault

    async def _call(
        self, method: str, body: bytes, headers: Mapping[str, str], lost: type[Deferred]
    ) -> Answer:
        signed = {**headers, "Authorization": f"Bearer {self._token}"}
        return await self._wire.post(f"{self._base}{method}", body, signed, lost=lost)

    def judged(self, answer: Answer, *, scope: str = "chat:write") -> Mapping[str, Any]:
        """Give the answer's fields where Slack did what was asked, else raise what its answer asks for.

        `scope` is what the call needs, should Slack not say it.
        """
        word = self._wire.heard(answer.word)
        if answer.taken and word == "ok":
            return answer.fields
        if answer.later or word in _LATER:
            raise Deferred(f"Slack answered {answer.status}: {word or 'no text'}", answer.retry_after)
        refused = Gone if answer.status == GONE else Rejected
        if word == "missing_scope":
            raise refused(self._scope_to_add(answer.fields, scope))
        if (todo := _WHAT_TO_DO.get(word)) is not None:
            raise refused(f"Slack answered {word}: {todo}")
        if answer.fields.get("ok") is False and answer.fields.get("error"):
            raise refused(f"Slack answered {word}; the same message would be refused again")
        heard = self._wire.heard(answer.body) or "no text"
        said = f"the server of `api` answered {answer.status}, but not as Slack does: {heard}"
        raise OutcomeUnknown(said) if answer.taken else refused(f"{said}; {_elsewhere(answer.status)}")

    def _scope_to_add(self, fields: Mapping[str, Any], scope: str) -> str:
        needed = self._wire.heard(str(fields.get("needed") or "")) or scope
        return (
            f"Slack answered missing_scope: the app needs the scope {needed}; add it in the app's settings "
            "under OAuth & Permissions, then install the app in the workspace again"
        )


class _MissingScope(Exception):
    """The app may not list all that was asked for."""


def _elsewhere(status: int) -> str:
    if 300 <= status < 400:
        return "it redirects, which is not followed; mend `api` in the configuration"
    return "is `api` in the configuration right?"
