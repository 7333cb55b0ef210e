"""Keys that tie a message to a conversation, and links to files kept elsewhere."""

from __future__ import annotations

import pytest

from intake.links import cloud_links
from intake.message import Address, InboundMessage
from intake.threads import ThreadKeys, bare_subject, keys


def found(subject: str = "", new_text: str = "", **more: object) -> ThreadKeys:
    """Return the keys of a message."""
    message = InboundMessage(
        sha256="0" * 64,
        size=1,
        message_id=None,
        subject=subject,
        sender=None,
        **more,  # type: ignore[arg-type]
    )
    return keys(message, new_text=new_text, token_domain="house.example")


def test_the_newest_answered_id_comes_first_and_none_twice() -> None:
    assert found(in_reply_to=("c",), references=("a", "b", "c")).message_ids == ("c", "b", "a")


def test_tokens_come_from_plus_addresses_of_our_domain_only() -> None:
    to = (
        Address(email="submissions+Tok_abc-123@house.example"),
        Address(email="ann+sales12345@other.example"),
        Address(email="submissions@house.example"),
        Address(email="submissions+x@house.example"),
    )
    assert found(to=to).tokens == ("Tok_abc-123",)


def test_a_token_in_a_delivery_header_counts_when_the_list_of_recipients_lost_it() -> None:
    headers = (("Delivered-To", "submissions+tok123456@house.example"), ("X-Original-To", "broken"))
    assert found(headers=headers).tokens == ("tok123456",)


def test_our_numbers_are_found_in_the_subject_first_and_in_every_spelling() -> None:
    result = found("RE: [SUB-26-004512] 3 items", "see sub 26 004513, SUB\u201126\u2011004514 and SUB26004512")
    assert result.references == ("SUB-26-004512", "SUB-26-004513", "SUB-26-004514")


@pytest.mark.parametrize("text", ["SUB-26-0045123", "XSUB-26-004512", "SUB-2-004512", "subject 26-004512"])
def test_what_only_resembles_our_number_is_none(text: str) -> None:
    assert found(new_text=text).references == ()


@pytest.mark.parametrize(
    "subject",
    [
        "Oak Hollow GL",
        "RE: Oak Hollow GL",
        "FW: RE: Fwd: Oak  Hollow GL",
        "[EXTERNAL] RE: Oak Hollow GL",
        "Re[2]: [EXTERNAL EMAIL] Oak Hollow GL",
        "AW: WG: Oak Hollow GL",
        "RÉF: TR: Oak Hollow GL",
        "RV: oak hollow gl",
        "*EXTERNAL* Re : Oak Hollow GL",
        "Automatic reply: Oak Hollow GL",
        "re:re:re: Oak Hollow GL",
    ],
)
def test_prefixes_of_all_languages_leave_the_bare_subject(subject: str) -> None:
    assert bare_subject(subject) == "oak hollow gl"


@pytest.mark.parametrize("subject", ["Renewal: Oak Hollow", "Free quote", "Tri-State: GL", "[SUB-26-004512] items"])
def test_words_that_begin_like_a_prefix_are_kept(subject: str) -> None:
    assert bare_subject(subject) == subject.casefold()


@pytest.mark.parametrize(
    ("url", "host", "provider"),
    [
        ("https://drive.google.com/file/d/abc/view", "drive.google.com", "Google Drive"),
        ("https://www.dropbox.com/s/abc/runs.zip?dl=0", "www.dropbox.com", "Dropbox"),
        ("https://fieldagency.sharepoint.com/:f:/s/abc", "fieldagency.sharepoint.com", "SharePoint"),
        ("https://field.sharefile.com/d-abc", "field.sharefile.com", "ShareFile"),
        ("https://1drv.ms/f/s!abc", "1drv.ms", "OneDrive"),
        ("https://app.box.com/s/abc", "app.box.com", "Box"),
        ("https://we.tl/t-abc", "we.tl", "WeTransfer"),
    ],
)
def test_links_to_shares_are_seen_with_host_and_name(url: str, host: str, provider: str) -> None:
    (link,) = cloud_links(f"Files are here: <{url}>.")
    assert (link.url, link.host, link.provider) == (url, host, provider)


def test_other_links_are_not_shares() -> None:
    text = "https://fieldagency.example/a https://dropbox.com.evil.example/x https://notbox.com/y http://[bad/z"
    assert cloud_links(text) == ()


def test_a_rewritten_link_is_seen_through() -> None:
    wrapped = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.dropbox.com%2Fs%2Fa&data=x"
    assert [link.url for link in cloud_links(wrapped)] == ["https://www.dropbox.com/s/a"]


def test_a_link_hidden_behind_words_is_found_in_the_page() -> None:
    page = '<a href="https://app.box.com/s/abc?x=1&amp;y=2">the files</a>'
    assert [link.url for link in cloud_links("the files", page)] == ["https://app.box.com/s/abc?x=1&y=2"]


def test_one_link_written_twice_is_one() -> None:
    assert len(cloud_links("https://we.tl/t-abc https://we.tl/t-abc")) == 1
