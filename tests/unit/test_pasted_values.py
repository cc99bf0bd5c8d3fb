"""What AWS shows, as a reader pastes it into a field of the guide's form.

The outputs have the shapes of the AWS CLI's reference and of AWS's Console; the IDs are invented.
"""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.live.form import form_data
from mkdocs_macros_runbook.values.resolution import resolve
from mkdocs_macros_runbook.verify.site.site import Site
from sites import PROJECT
from test_live_script import node

CLIENT = "1h57kf5cpq17m0eml12exampl3"
CLIENTS = f"""{{
    "UserPoolClients": [
        {{"ClientId": "{CLIENT}", "UserPoolId": "eu-west-1_aB3", "ClientName": "web"}}
    ]
}}"""
DOMAIN = """{
    "DomainDescription": {
        "UserPoolId": "eu-west-1_aB3",
        "AWSAccountId": "111122223333",
        "Domain": "acme-test",
        "S3Bucket": "aws-cognito-prod-dub-assets",
        "CloudFrontDistribution": "dpp0gtexample.cloudfront.net",
        "Version": "20260101000000",
        "Status": "ACTIVE"
    }
}"""
OTHER_CLIENT = "2h57kf5cpq17m0eml12exampl4"
HOST = "q7w8e9r0t1.execute-api.eu-west-1.amazonaws.com"

PASTED = [
    ("client_id", CLIENTS, CLIENT),
    ("client_id", f"USERPOOLCLIENTS\t{CLIENT}\tweb\teu-west-1_aB3", CLIENT),
    ("client_id", f"UserPoolClientId = {CLIENT}", CLIENT),
    ("client_id", f"export const OIDC_CLIENT_NAME = '{CLIENT}';", CLIENT),
    ("client_id", f"|  ClientId   |  {CLIENT}  |", CLIENT),
    ("client_id", f"App client: web\nClient ID\n{CLIENT}\n", CLIENT),
    (
        "client_id",
        f"https://a.auth.eu-west-1.amazoncognito.com/login?client_id={CLIENT}&x=1",
        CLIENT,
    ),
    ("domain_prefix", DOMAIN, "acme-test"),
    ("domain_prefix", "https://acme-test.auth.eu-west-1.amazoncognito.com", "acme-test"),
    ("domain_prefix", "acme-test.auth-fips.us-gov-west-1.amazoncognito.com/login", "acme-test"),
    ("domain_prefix", '"UserPool": {"Id": "eu-west-1_aB3", "Domain": "acme-test"}', "acme-test"),
    ("login_domain", DOMAIN.replace("acme-test", "sign-in.acme.example"), "sign-in.acme.example"),
    ("login_domain", "https://sign-in.acme.example/login?client_id=1", "sign-in.acme.example"),
    ("login_domain", '"CustomDomain": "sign-in.acme.example",', "sign-in.acme.example"),
    ("api_id", "https://q7w8e9r0t1-vpce-01234567abcdef012.execute-api.a.b/", "q7w8e9r0t1"),
    ("api_id", "arn:aws:execute-api:eu-west-1:111122223333:q7w8e9r0t1/*/GET/", "q7w8e9r0t1"),
    ("api_id", "arn:aws:apigateway:eu-west-1::/restapis/q7w8e9r0t1/stages/Prod", "q7w8e9r0t1"),
    (
        "api_id",
        "https://eu-west-1.console.aws.amazon.com/apigateway/main/apis/q7w8e9r0t1/resources?"
        "api=q7w8e9r0t1&region=eu-west-1",
        "q7w8e9r0t1",
    ),
    ("api_id", f"MLSpace.ApiEndpoint = https://{HOST}/Prod/", "q7w8e9r0t1"),
    ("api_id", "MLSpace.RestApiId = q7w8e9r0t1", "q7w8e9r0t1"),
    ("api_id", "Q7W8E9R0T1", "q7w8e9r0t1"),
    ("application_url", f"MLSpace.ApiEndpoint = https://{HOST}/dev/", f"https://{HOST}/dev/"),
    ("application_url", f"https://{HOST}/Prod", f"https://{HOST}/Prod/"),
    ("application_url", f"https://{HOST}/Prod/env.js", f"https://{HOST}/Prod/"),
    (
        "application_url",
        "https://data.acme.example/app/index.html?a=1#b",
        "https://data.acme.example/app/",
    ),
    ("application_url", "HTTPS://Data.Acme.Example/Prod", "https://data.acme.example/Prod/"),
    ("application_url", "data.acme.example", "https://data.acme.example/"),
    ("first_user_email", "Grace Hopper <grace.hopper@acme.example>", "grace.hopper@acme.example"),
    ("first_user_email", "mailto:grace@acme.example?subject=Hello", "grace@acme.example"),
    ("user_pool_id", "EU-WEST-1_aB3", "eu-west-1_aB3"),
    ("user_pool_id", "Eu-west-1_aB3", "eu-west-1_aB3"),
    (
        "user_pool_id",
        "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_aB3",
        "eu-west-1_aB3",
    ),
    (
        "user_pool_id",
        "https://eu-west-1.console.aws.amazon.com/cognito/v2/idp/user-pools/eu-west-1_aB3/users?"
        "region=eu-west-1",
        "eu-west-1_aB3",
    ),
    ("user_pool_id", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aB3", "eu-west-1_aB3"),
    ("region", "Europe (Frankfurt) eu-central-1", "eu-central-1"),
    ("region", "Europe (Frankfurt)eu-central-1", "eu-central-1"),
    ("region", "Europe (Frankfurt)", "eu-central-1"),
    ("region", "US East (N. Virginia)", "us-east-1"),
    ("region", "EU-CENTRAL-1", "eu-central-1"),
    ("region", "eu-west-1_aB3", "eu-west-1"),
    ("region", "cognito-idp.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
    ("region", "region = ap-south-1", "ap-south-1"),
]

#: what has no such value in it
OTHER = [
    ("client_id", "dpp0gtexample.cloudfront.net"),
    ("client_id", "arn:aws:cognito-idp:eu-west-1:111122223333:userpool"),
    ("client_id", "abcdefghijklmnopqrstuvwxyz and 12345678901234567890123456"),
    ("api_id", "https://data.acme.example/Prod/"),
    ("api_id", "d-numh1z56v6.execute-api.us-west-2.amazonaws.com"),
    ("api_id", '{"items": [{"id": "fxmpdhqwhe", "path": "/"}]}'),
    ("api_id", "RestApi: deployment, RestApi\tproduction, #/apis/create"),
    ("application_url", f"https://{HOST}/v1.2"),
    ("application_url", f"https://{HOST}/Prod/project/list"),
    ("first_user_email", '"EmailAddress": "no-reply@verificationemail.com"'),
    ("domain_prefix", "Domain: sign-in.acme.example"),
    ("domain_prefix", "Domain: https://login.example.com"),
    ("domain_prefix", '{"Domain": null, "Id": "us-east-2_aB3"}'),
    ("domain_prefix", "CreateUserPoolDomain operation: Domain already associated with another"),
    ("domain_prefix", "Domain status: ACTIVE\nDomain name\nDomain does not exist"),
    ("login_domain", "https://data.acme.example/login?x=1"),
    ("login_domain", "The Domain acme.example is taken"),
    ("region", "eu"),
    ("region", "us-east-1 or us-west-2"),
]


#: what has more than one such value
SEVERAL = [
    ("client_id", f"{CLIENT}\n{OTHER_CLIENT}\n", 2),
    ("client_id", f'[["{CLIENT}", "web"], ["{OTHER_CLIENT}", "mobile"]]', 2),
    ("client_id", f'[{{"ClientId": "{CLIENT}"}}, {{"ClientId": "{OTHER_CLIENT}"}}]', 2),
    (
        "client_id",
        f'{{"client_id": null, "app_clients": [{{"client_id": "{CLIENT}", "name": "web"}},'
        f' {{"client_id": "{OTHER_CLIENT}", "name": "mobile"}}]}}',
        2,
    ),
    (
        "user_pool_id",
        '{"user_pool_id": null, "user_pools": [{"user_pool_id": "us-east-2_A", "name": "billing"},'
        ' {"user_pool_id": "us-east-2_B", "name": "data"}, {"user_pool_id": "us-east-2_B"}]}',
        2,
    ),
    (
        "application_url",
        f'{{"CallbackURLs": ["https://{HOST}/Prod/", "https://{HOST}/dev/"]}}',
        2,
    ),
]


@pytest.fixture(scope="module")
def packed() -> str:
    return form_data(resolve(Site(PROJECT / "mkdocs.yml").declaration, {}))


def test_what_aws_shows_is_read_in_its_field(packed: str) -> None:
    program = (
        "const answer = ([packed, cases], form = live.unpack(packed)) =>"
        " cases.map(([name, text]) => live.repaired(form, {}, name, text));"
    )
    answers = node(program, [packed, [[name, text] for name, text, _ in PASTED]])
    assert [*zip(PASTED, answers, strict=True)] == [(case, case[2]) for case in PASTED]


def test_nothing_else_is_taken_for_a_value(packed: str) -> None:
    program = (
        "const answer = ([packed, cases], form = live.unpack(packed)) =>"
        " cases.map(([name, text]) => [live.valuesIn(form, text)[name] ?? '',"
        " live.meant(form.parameters[name], text).length === 1]);"
    )
    answers = node(program, [packed, OTHER])
    assert answers == [["", False]] * len(OTHER)


def test_a_stage_without_its_slash_is_not_taken_for_the_usual_one(packed: str) -> None:
    program = (
        "const answer = ([packed, text], form = live.unpack(packed)) =>"
        " live.withValues(form, {}, live.valuesIn(form, text));"
    )
    chosen, taken, refused = node(program, [packed, f"see https://{HOST}/dev."])
    assert (chosen, taken) == ({"api_id": HOST[:10]}, ["api_id"])
    assert refused == ["Application URL is not in the expected format."]


def test_of_several_values_none_is_taken(packed: str) -> None:
    program = (
        "const answer = ([packed, cases], form = live.unpack(packed)) =>"
        " cases.map(([name, text]) => [name, text, live.valuesIn(form, text)[name] ?? 0]);"
    )
    assert node(program, [packed, SEVERAL]) == [list(case) for case in SEVERAL]
    program = (
        "const answer = ([packed, cases], form = live.unpack(packed)) =>"
        " cases.map(([name, text]) => live.repaired(form, {}, name, text) === text.trim());"
    )
    assert all(node(program, [packed, SEVERAL]))
