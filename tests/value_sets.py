"""The value sets under which the guide is proved: the publisher's own, and the hard ones."""

from __future__ import annotations

#: by name, the overrides of each set
VALUE_SETS: dict[str, dict[str, str]] = {
    "default": {},
    "awkward": {
        "APPLICATION_NAME": "Ä-9.Datenverarbeitungs-Anwendung der Zoë 東京 Ж.42",
        "REGION": "ap-southeast-7",
        "USER_POOL_ID": "ap-southeast-7_0" + "Z" * 39,
        "CLIENT_ID": "0" * 128,
        "DOMAIN_PREFIX": "a" * 63,
        "API_ID": "z" * 20,
        "FIRST_USERNAME": "0" + "a.b-c@d" * 18,
        "FIRST_USER_EMAIL": "zoe.o_47%x-y@mail.data.example.com",
        "FIRST_USER_FULL_NAME": "Zoë 東京 Ж. \U00020bb7 d-Anjou",
        "ISSUER_TYPE": "UPDATED",
        "APPLICATION_URL": "https://data.example.com:8443/a/b.c/",
        "LOGIN_DOMAIN": "sign-in.example.com",
    },
    "govcloud": {
        "APPLICATION_NAME": "Acme Data",
        "REGION": "us-gov-west-1",
        "USER_POOL_ID": "us-gov-west-1_Ab1Cd2Ef3",
        "API_ID": "xyz789abcd",
    },
    "sovereign": {"REGION": "eusc-de-east-1", "USER_POOL_ID": "eusc-de-east-1_Ab1Cd2Ef3"},
}
