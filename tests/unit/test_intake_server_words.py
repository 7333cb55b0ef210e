"""What mail servers say in trouble becomes an error that says who has to act, and never a secret."""

from __future__ import annotations

import ssl

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from intake.errors import FolderMissing, Refused, SourceError, Throttled, Unreachable, Untrusted
from intake.sources.server_words import said, translated


def _expired() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("certificate verify failed")
    error.verify_message = "certificate has expired"
    return error


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (LoginError("[AUTHENTICATIONFAILED] Authentication failed."), Refused),
        (LoginError("LOGIN failed."), Refused),
        (LoginError("User is authenticated but not connected."), Throttled),
        (LoginError("[LIMIT] Too many simultaneous connections."), Throttled),
        (LoginError("[UNAVAILABLE] Temporary authentication failure."), Throttled),
        (IMAPClientError("select failed: [NONEXISTENT] Unknown Mailbox: Clear"), FolderMissing),
        (IMAPClientError("Request is throttled. Suggested Backoff Time: 299961 milliseconds"), Throttled),
        (IMAPClientError("User is authenticated but not connected."), Throttled),
        (IMAPClientError("[OVERQUOTA] Account exceeded bandwidth limits."), Throttled),
        (IMAPClientError("Server Busy. Please try again later"), Throttled),
        (IMAPClientAbortError("socket error: EOF"), Unreachable),
        (IMAPClientAbortError("command: FETCH => unexpected response: b'* BLAH'"), Unreachable),
        (TimeoutError("timed out"), Unreachable),
        (ConnectionResetError(104, "Connection reset by peer"), Unreachable),
        (ValueError("unparsable"), Unreachable),
        (_expired(), Untrusted),
        (FolderMissing("ours passes as it is"), FolderMissing),
    ],
)
def test_every_trouble_has_its_kind(raised: Exception, expected: type[SourceError]) -> None:
    with pytest.raises(expected) as caught, translated():
        raise raised
    assert type(caught.value) is expected
    assert str(caught.value)


def test_secrets_are_left_out_of_what_is_said() -> None:
    assert "abc123" not in said("AUTHENTICATE failed: user=ann@agency.example auth=Bearer abc123 refused")


def test_long_words_are_cut_to_one_line() -> None:
    told = said("one\ntwo " + "x" * 1000)
    assert told.startswith("one two ")
    assert len(told) == 200
