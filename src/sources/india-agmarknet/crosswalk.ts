/**
 * Names that mean the same thing, as data. Only what the file itself shows: a spelling that differs by a letter in the
 * same district, or a name that the publisher changed from one day to the next while the prices went on.
 */

/** Market names after their suffix is gone → the one name we keep. */
export const MARKET_NAMES: Readonly<Record<string, string>> = {
  // Agmarknet and the state survey spell the town in Kannur district differently.
  Thalasserry: 'Thalassery',
  // Renamed from "… APMC" on 2024-07-16; that day stands under both names with the same prices.
  'Pollachi(Uzhavar Sandhai )': 'Pollachi',
  'Sulur(Uzhavar Sandhai )': 'Sulur',
};

/** Varieties whose names are misspelt in the source. */
export const VARIETY_NAMES: Readonly<Record<string, string>> = {
  Ungrabled: 'Ungarbled',
  Malbar: 'Malabar',
};

/** Crop slugs of the source → names to show. */
export const COMMODITY_NAMES: Readonly<Record<string, string>> = {
  arecanut: 'Arecanut',
  'black-pepper': 'Black pepper',
  coconut: 'Coconut',
  copra: 'Copra',
};

/** The interface's names of the crops above → their slugs in the files. */
export const COMMODITY_SLUGS: Readonly<Record<string, string>> = {
  'Arecanut(Betelnut/Supari)': 'arecanut',
  'Black pepper': 'black-pepper',
  Coconut: 'coconut',
  Copra: 'copra',
};

/** Several sources may quote one series on one day; the smaller rank is shown. */
export const SOURCE_RANK: Readonly<Record<string, number>> = { agmarknet: 1, ogd: 2, des: 3 };

/** A source that nobody has ranked yet comes after all that are. */
export const UNRANKED_SOURCE = 9;
