"""What was planted, for checks only: nothing in the product may read it.

Belongs here: truth tables made from the plan. Does not belong here: the events that follow from it.
"""

import numpy as np
import polars as pl

from models.simulation.members import member_ids
from models.simulation.plan import Plan
from models.simulation.sampling import look_up, table
from models.simulation.tastes import NOISE, TASTES
from models.simulation.visits import DECLARED_BOT, HUMAN
from models.simulation.words_traffic import DEVICES, ENTRIES

KEYS = tuple(taste.key for taste in TASTES)


def tastes_truth() -> pl.DataFrame:
    """One row a taste, in the order of the weight columns: key, label, season."""
    return pl.DataFrame(
        {
            "taste": KEYS,
            "label": [taste.label for taste in TASTES],
            "peak_day_of_year": [taste.peak for taste in TASTES],
            "swing": [taste.swing for taste in TASTES],
            "is_consumable": [taste.is_consumable for taste in TASTES],
        }
    )


def customers_truth(plan: Plan) -> pl.DataFrame:
    """One row a customer: member id, devices, taste mix (a list in the order of :func:`tastes_truth`), habits."""
    people, size = plan.people, plan.scenario.customers
    human = plan.devices.owner >= 0
    devices = pl.DataFrame({"customer": plan.devices.owner[human], "devices": plan.devices.visitor_id.filter(human)})
    visits = np.bincount(plan.visits.customer[plan.visits.customer >= 0], minlength=size)
    main = np.where(people.is_noise, -1, people.mix.argmax(axis=1))
    frame = pl.DataFrame(
        {
            "customer": np.arange(size),
            "member_id": pl.select(pl.when(pl.Series(plan.logins.is_member)).then(member_ids(size))).to_series(),
            "is_noise": people.is_noise,
            "main_taste": look_up(table(KEYS), main),
            "taste_mix": pl.Series(people.mix.astype(np.float32)).arr.to_list(),
            "is_night_owl": people.is_owl,
            "visits_per_day": people.rate,
            "first_day": people.first_day,
            "planned_visits": visits,
            "staple_product_id": look_up(table(plan.catalogue.product_id), people.staple),
            "purchase_cycle_days": people.cycle,
        }
    )
    has_staple = pl.col("staple_product_id").is_not_null()
    grouped = devices.group_by("customer", maintain_order=True).agg("devices")
    return frame.with_columns(pl.when(has_staple).then("purchase_cycle_days").alias("purchase_cycle_days")).join(
        grouped, on="customer", how="left", maintain_order="left"
    )


def products_truth(plan: Plan) -> pl.DataFrame:
    """One row a product: its taste, how much each taste likes it (a list), popularity and first day."""
    catalogue = plan.catalogue
    return pl.DataFrame(
        {
            "product_id": catalogue.product_id,
            "main_taste": look_up(table(KEYS), catalogue.taste),
            "taste_weights": pl.Series(catalogue.affinity.astype(np.float32)).arr.to_list(),
            "popularity": catalogue.popularity,
            "launch_day": catalogue.launch_day,
        }
    )


def visits_truth(plan: Plan) -> pl.DataFrame:
    """One row a planned visit (a pause within it may end a session); ``session_hint`` of events is ``visit_id``."""
    visits, order = plan.visits, plan.by_day
    taste, is_human = visits.taste[order], visits.bot[order] == HUMAN
    return pl.DataFrame(
        {
            "visit_id": pl.DataFrame({"v": order}).select(pl.format("s{}", "v")).to_series(),
            "visitor_id": plan.devices.visitor_id.gather(visits.device[order]),
            "customer": pl.Series(visits.customer[order]).replace(-1, None),
            "day": visits.day[order],
            "started_at": pl.Series(visits.start[order]).cast(pl.Datetime("us")),
            "device": look_up(table(DEVICES), plan.devices.kind[visits.device[order]]),
            "taste": look_up(table(KEYS), np.where(taste == NOISE, -1, taste)),
            "entry": look_up(table([e.key for e in ENTRIES]), np.where(is_human, visits.entry[order], -1)),
            "pages": plan.browse[order] + plan.carts.tail[order] - plan.carts.buys_at_once[order],
            "login": look_up(table(("none", "from_start", "midway", "sign_up")), plan.logins.mode[order]),
            "is_order": plan.carts.bought_from[order] >= 0,
            "is_bot": ~is_human,
        }
    )


def bots_truth(plan: Plan) -> pl.DataFrame:
    """One row a bot: its visitor id, and whether its user agent says so ('declared') or not ('hidden')."""
    rows = np.flatnonzero(plan.visits.bot != HUMAN)
    kind = np.where(plan.visits.bot[rows] == DECLARED_BOT, 0, 1)
    return pl.DataFrame(
        {
            "visitor_id": plan.devices.visitor_id.gather(plan.visits.device[rows]),
            "kind": look_up(table(("declared", "hidden")), kind),
        }
    )
