"""FAULTS B12 row 178 and B13 row 192: wrong arguments of `unseal()`, IPv4 inside IPv6."""

from __future__ import annotations

import pytest

import voxvalley_privacy as vp

KEYS = vp.KeyRing.generate()
SEAL = vp.seal(KEYS)
TOKEN = SEAL("+14155550132", vp.DataCategory.PHONE_NUMBER)


@pytest.mark.parametrize(
    ("keys", "token", "reason"),
    [
        (KEYS, None, "ticket 4711"),
        (KEYS, 17, "ticket 4711"),
        (KEYS, TOKEN, None),
        (KEYS, TOKEN, " "),
        (None, TOKEN, "ticket 4711"),
    ],
)
def test_b12_178_unseal_refuses_wrong_arguments(keys, token, reason):
    """Keys, token and reason of a wrong type are errors of the library's own tree."""
    with pytest.raises(vp.ConfigurationError):
        vp.unseal(keys, token, reason=reason)


@pytest.mark.parametrize("form", [" {}", "{}\n", "\t{} \r\n", "[PHONE_NUMBER] {}\n"])
def test_b12_178_white_space_around_a_token_is_forgiven(form):
    """A token that was copied with a line end opens."""
    value = vp.unseal(KEYS, form.format(TOKEN), reason="ticket 4711")
    assert "+14155550132" == value.reveal()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2002:cb00:714d::1", "2002:cb00:7100::"),
        ("::ffff:203.0.113.77", "::ffff:203.0.113.0"),
        ("64:ff9b::cb00:714d", "64:ff9b::"),
        ("2001:db8:1:2::7", "2001:db8:1::"),
        ("203.0.113.77", "203.0.113.0"),
    ],
)
def test_b13_192_an_ipv4_inside_an_ipv6_is_cut(address, network):
    """The last octet of an IPv4 address does not show, whatever address it is inside."""
    assert network == vp.truncate()(address, vp.DataCategory.IP_ADDRESS)
