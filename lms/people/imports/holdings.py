"""What is held about people: who brought a list in. The list itself lies in a file, for a day at most."""

from lms.people.imports.models import Import
from lms.people.privacy.holdings import Aged, Holding, Keep, Side

OFFICE = Keep("The import is the federation's: it stands, with who made it as an id without a name.")

HOLDINGS = [
    Holding(
        "federation",
        Import,
        (Side("made_by", (OFFICE,)),),
        aged=(Aged("imports", lambda before: Import.ended_at < before, Import.federation_id),),
    )
]
