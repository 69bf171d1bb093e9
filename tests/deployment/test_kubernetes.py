"""The manifest for Kubernetes: what the API's own schemas allow, and in step with the program."""

from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]

from bot.settings.settings import NAMES, parse
from tests.deployment.test_files import DOCKERFILE, ROOT
from tests.test_docs import REQUIRED

NEWEST = kubernetes_validate.latest_version()
OLDEST = "1.30"
RESOURCES: list[dict[str, Any]] = list(
    yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8"))
)
BY_KIND = {one["kind"]: one for one in RESOURCES}
DEPLOYMENT = BY_KIND["Deployment"]["spec"]
POD = DEPLOYMENT["template"]["spec"]
[CONTAINER] = POD["containers"]
SETTINGS = {one["name"]: one["value"] for one in CONTAINER["env"]}


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one["kind"])
def test_a_resource_is_what_its_schema_allows(resource: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(resource, version, strict=True)


def test_the_schemas_refuse_what_is_not_theirs() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**BY_KIND["Deployment"], "spec": {"replica": 3}}, NEWEST, strict=True)


def test_it_sets_what_there_is_to_set() -> None:
    secret = BY_KIND["Secret"]["stringData"]
    [source] = CONTAINER["envFrom"]

    assert set(SETTINGS) | set(secret) <= set(NAMES)
    assert source["secretRef"]["name"] == BY_KIND["Secret"]["metadata"]["name"]
    assert parse(REQUIRED | SETTINGS | {"DATABASE_URL": secret["DATABASE_URL"]})


def test_a_process_has_time_to_finish_and_another_is_ready_before_it_goes() -> None:
    rolling = DEPLOYMENT["strategy"]["rollingUpdate"]

    assert POD["terminationGracePeriodSeconds"] > parse(REQUIRED).shutdown_grace
    assert (rolling["maxSurge"], rolling["maxUnavailable"]) == (1, 0)
    assert DEPLOYMENT["minReadySeconds"] >= 20


def test_it_is_asked_how_it_is_where_it_answers() -> None:
    [port] = CONTAINER["ports"]
    asked = {name: probe["httpGet"] for name, probe in CONTAINER.items() if name.endswith("Probe")}

    assert {name: one["path"] for name, one in asked.items()} == {
        "startupProbe": "/livez",
        "livenessProbe": "/livez",
        "readinessProbe": "/readyz",
    }
    assert {one["port"] for one in asked.values()} == {port["name"]}
    assert SETTINGS["HTTP_PORT"] == f"0.0.0.0:{port['containerPort']}"


def test_it_starts_again_only_after_the_bot_would_have_ended_by_itself() -> None:
    probe = CONTAINER["livenessProbe"]

    assert probe["periodSeconds"] * probe["failureThreshold"] > 300


def test_it_is_nobody_and_writes_nowhere_but_for_a_while() -> None:
    allowed = CONTAINER["securityContext"]

    assert f"USER {POD['securityContext']['runAsUser']}\n" in DOCKERFILE
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert allowed["readOnlyRootFilesystem"] is True
    assert allowed["capabilities"] == {"drop": ["ALL"]}
    assert [one["mountPath"] for one in CONTAINER["volumeMounts"]] == ["/tmp"]  # noqa: S108


def test_all_is_of_one_application() -> None:
    label = {"app.kubernetes.io/name": "parley"}

    assert DEPLOYMENT["selector"]["matchLabels"] == label
    assert DEPLOYMENT["template"]["metadata"]["labels"] == label
    assert BY_KIND["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == label
