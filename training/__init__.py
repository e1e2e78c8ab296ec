"""How the embedded models are made, end to end: ``python -m tarjama.training --help``.

Needs ``pip install 'tarjama[train]'``. The stages are the modules, in this order: prepare,
tokenizer, corpus, model, train, export; every number of the recipe is in ``recipe``.
"""
