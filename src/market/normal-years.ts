/** A price further than this from the anchor's date stands for another time of year. */
const FARTHEST_DAYS = 7;

/** One price is no mean of the days around a date. */
const FEWEST_VALUES = 2;

/** The years before the target's own, all needed for a 평년; from three on their plain mean is shown under its own name. */
const YEARS = 5;
const FEWEST_YEARS = 3;

/** Stands before a series' first market day, so that an anchor just before it finds the two days after. */
const BEFORE_ALL = '0001-01-01';

/** The market days around an anchor: two before, the anchor's own (or the last before it), two after. */
const AROUND = ['before_2', 'before_1', 'here', 'after_1', 'after_2'] as const;

/**
 * 평년 (`domain.md` §6): one row a target day that has at least three of five m_y, with `years`, the price (five:
 * (Σ − max − min) ÷ 3; three or four: plain mean) and the band low–high = min–max of the m_y.
 *
 * m_y is over positions −2…+2 of the series' own market days around the target's month-day in year y (29 February is
 * 28 February in common years); where that date has no trade, over the two market days before and the two after.
 * Days more than 7 calendar days away are not used; one day alone is no m_y. Σ amount ÷ Σ units where every day used has
 * both, else the arithmetic mean. A weekly series follows the same rule: its m_y is of the publications within a week.
 * Reads `priced`; with `day` the target days are that day alone.
 */
export function normalsSql(day?: string): string {
  return `
    with axis as (
      select series_id, day, price, amount, units from priced
      union all
      select distinct series_id, date '${BEFORE_ALL}', null, null, null from priced),
    place as (
      select series_id, day, ${AROUND.map((slot, index) => neighbour(slot, index - 2)).join(', ')}
      from axis window along as (partition by series_id order by day)),
    reach as (
      select *, unnest(range(
        case when day = date '${BEFORE_ALL}' then after_1_day - day - ${FARTHEST_DAYS} else 0 end,
        case when after_1_day is null then ${FARTHEST_DAYS + 1} else after_1_day - day end)) as days_after
      from place),
    around as (select *, ${AROUND.map((slot) => used(slot)).join(', ')} from (select *, day + cast(days_after as integer) as anchor from reach)
      where ${sameTimeOfYear('anchor', day)}),
    summed as (
      select series_id, anchor, anchor = day as has_trade, ${total((slot) => `cast(use_${slot} as integer)`)} as used,
             ${total((slot) => `cast(use_${slot} and ${slot}_amount is not null and ${slot}_units > 0 as integer)`)} as weighted,
             ${total((slot) => `case when use_${slot} then coalesce(${slot}_amount, 0) else 0 end`)} as amount,
             ${total((slot) => `case when use_${slot} then coalesce(${slot}_units, 0) else 0 end`)} as units,
             ${total((slot) => `case when use_${slot} then ${slot}_price else 0 end`)} as price
      from around),
    mean as (
      select series_id, anchor, has_trade, month(anchor) * 100 + day(anchor) as month_day,
             case when used < ${FEWEST_VALUES} then null when weighted = used then amount / units else price / used end as m
      from summed where has_trade or used >= ${FEWEST_VALUES}),
    yearly as (
      from mean
      union all
      select series_id, anchor, false, 229, m from mean where month_day = 228 and month(anchor + 1) = 3),
    summary as (
      select series_id, anchor as day, has_trade, count(m) over before as years,
             sum(m) over before as m_sum, min(m) over before as m_min, max(m) over before as m_max
      from yearly
      window before as (partition by series_id, month_day order by year(anchor) range between ${YEARS} preceding and 1 preceding))
    select p.series_id, p.day, cast(p.years as integer) as years,
           case when p.years = ${YEARS} then (m_sum - m_max - m_min) / ${YEARS - 2} else m_sum / p.years end as price,
           m_min as low, m_max as high
    from summary p where p.has_trade and p.years >= ${FEWEST_YEARS} ${day === undefined ? '' : `and p.day = date '${day}'`}
    order by p.series_id, p.day`;
}

/** Anchors that a single target day needs: its month-day, and 28 February beside the 29th. */
function sameTimeOfYear(anchor: string, day: string | undefined): string {
  if (day === undefined) return 'true';
  const monthDay = Number(day.slice(5).replace('-', ''));
  return `month(${anchor}) * 100 + day(${anchor}) in (${monthDay === 229 ? '228, 229' : monthDay})`;
}

function neighbour(slot: string, offset: number): string {
  return ['day', 'price', 'amount', 'units']
    .map((column) =>
      offset === 0
        ? `${column} as ${slot}_${column}`
        : `${offset < 0 ? 'lag' : 'lead'}(${column}, ${Math.abs(offset)}) over along as ${slot}_${column}`,
    )
    .join(', ');
}

/** A date without trade has no position of its own: the day found is then the nearest of the two before it. */
function used(slot: string): string {
  const near = `coalesce(abs(${slot}_day - anchor) <= ${FARTHEST_DAYS} and ${slot}_price is not null, false)`;
  return `${slot === 'before_2' ? `${near} and here_day = anchor` : near} as use_${slot}`;
}

function total(term: (slot: string) => string): string {
  return AROUND.map(term).join(' + ');
}
