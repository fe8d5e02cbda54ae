"""Writes icat-units.json beside this file: the units of Pint 0.25.3 (BSD-3-Clause), with the two that icat_esrf_definitions 3.8.0 (MIT) adds.

python -m pip install pint==0.25.3 && python tooling/generate/icat-units.py && npx prettier --write tooling/generate/icat-units.json
"""

import json
from pathlib import Path

import pint

registry = pint.UnitRegistry(cache_folder=None)
registry.define("photon = count")
registry.define("photons = photon")
registry.define("electron = count")
registry.define("electrons = electron")

units = {}
names = {}
for key, unit in registry._units.items():
    converter = unit.converter
    # Decibel and the like: no field has them.
    if getattr(converter, "is_logarithmic", False):
        continue
    if key != unit.name:
        names.setdefault(unit.name, []).append(key)
    elif unit.is_base:
        units[key] = {"base": "" if "[]" in dict(unit.reference or {"[]": 1}) else next(iter(unit.reference))}
    else:
        units[key] = {"scale": converter.scale, "of": dict(unit.reference or {})}
        if getattr(converter, "offset", 0) != 0:
            units[key]["offset"] = converter.offset

prefixes = {}
for key, prefix in registry._prefixes.items():
    if key:
        prefixes.setdefault(prefix.name, {"scale": prefix.converter.scale, "names": []})["names"].append(key)

order = [key for key in registry._prefixes if key]
result = {"source": f"Pint {pint.__version__}", "units": units, "names": names, "prefixes": prefixes, "prefixOrder": order}
target = Path(__file__).with_name("icat-units.json")
target.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
print(f"wrote {target.name}: {len(units)} units, {len(prefixes)} prefixes")
