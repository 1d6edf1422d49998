/**
 * The query of the address, as it stands. The router's own `useSearch` decodes it once before anybody reads it, which
 * would turn the percent signs inside a series' text form into other letters.
 */
export { useSearch } from 'wouter-preact/use-browser-location';
