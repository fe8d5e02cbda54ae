"""Calls pyicat_plus: one JSON call per line on standard input, one JSON outcome per line on standard output.

`module` names a client: `function` "new" makes it from the options in `kwargs`, any other is a method or a property of it, dotted for a
client inside it. {"$datetime": ISO}, {"$bytes": BASE64} and {"$tuple": […]} stand for what JSON cannot carry. Nothing of pyicat_plus is
overridden.
"""

import base64
import contextlib
import datetime
import json
import sys
import warnings

clients = {}


def plain(value):
    if isinstance(value, dict):
        if set(value) == {"$datetime"}:
            return datetime.datetime.fromisoformat(value["$datetime"])
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        if set(value) == {"$tuple"}:
            return tuple(plain(item) for item in value["$tuple"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def told(value):
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {str(key): told(item) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return told(value._asdict())
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if hasattr(value, "__dataclass_fields__"):
        return {name: told(getattr(value, name)) for name in value.__dataclass_fields__}
    if hasattr(value, "__iter__"):
        return [told(item) for item in value]
    return str(value)


def call(name, function, args, kwargs):
    if function == "new":
        from pyicat_plus.client.main import IcatClient

        clients[name] = IcatClient(*args, **kwargs)
        return None
    if function == "archive":
        from pyicat_plus.client.archive import ArchiveStatusLevel, ArchiveStatusType

        dataset_id, kind, level, message = args
        return clients[name].update_archive_restore_status(
            dataset_id=dataset_id, type=ArchiveStatusType(kind), level=ArchiveStatusLevel(level), message=message
        )
    target = clients[name]
    for part in function.split("."):
        target = getattr(target, part)
    return target(*args, **kwargs) if callable(target) else target


def main():
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            with contextlib.redirect_stdout(sys.stderr):
                returns = call(asked["module"], asked["function"], plain(asked.get("args", [])), plain(asked.get("kwargs", {})))
                outcome = {"returns": told(returns)}
            text = json.dumps(outcome)
        except Exception as error:
            text = json.dumps({"raises": type(error).__name__, "message": str(error)})
        print(text, flush=True)


main()
