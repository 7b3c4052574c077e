"""One numbered parameter of a scenario file: what it means, its unit, its bounds and where its value comes from."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Source = Literal["handbook", "survey", "estimated", "assumption"]


class Parameters(BaseModel):
    """A section of a scenario file: unknown names are refused, values never change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def parameter(default: Any, description: str, *, unit: str, source: Source, **bounds: Any) -> Any:
    """Declare a field with the facts that the reference table, the JSON schema and the report print.

    Parameters
    ----------
    default : Any
        Value when a file is silent (``...`` makes the field required).
    description : str
        What the parameter means, one sentence.
    unit : str
        ``days``, ``share``, ``fen``, ``score``, ``logit`` and so on; ``-`` when it has none.
    source : {"handbook", "survey", "estimated", "assumption"}
        Where the default comes from.
    **bounds
        pydantic's ``ge``, ``gt``, ``le``, ``lt``, ``min_length``, ``max_length``.
    """
    return Field(
        default, description=description, json_schema_extra={"unit": unit, "source": source}, **bounds
    )
