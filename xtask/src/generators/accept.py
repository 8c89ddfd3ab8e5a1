"""Prints, as JSON, which payloads the generated pydantic models accept.

    python accept.py FOLDER MODULE METHOD PAYLOADS

MODULE is below FOLDER; `{}` in it stands for the component. METHOD is the models' own way to read a JSON text.
"""

import importlib
import json
import sys
from pathlib import Path

folder, module, method, payloads = sys.argv[1:]
sys.path.insert(0, folder)


def accepts(payload):
    model = getattr(importlib.import_module(module.format(payload["component"])), payload["component"])
    try:
        # Some of them return None for a text that says null.
        return getattr(model, method)(payload["text"]) is not None
    except ValueError:  # pydantic's ValidationError is one, and JSONDecodeError
        return False


print(json.dumps([accepts(payload) for payload in json.loads(Path(payloads).read_text("utf-8"))]))
