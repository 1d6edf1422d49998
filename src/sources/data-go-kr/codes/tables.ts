/**
 * The code tables of aT's trade services (`katCode/*`): for each operation the columns that make a code, coarse to fine,
 * each with the column of its name. The columns are those of the trade rows; that the tables use the same names is not
 * confirmed, and an answer of another form is refused by the name of what it lacks.
 */
export const CODE_TABLES = {
  goods: [
    ['gds_lclsf_cd', 'gds_lclsf_nm'],
    ['gds_mclsf_cd', 'gds_mclsf_nm'],
    ['gds_sclsf_cd', 'gds_sclsf_nm'],
  ],
  wholesaleMarkets: [['whsl_mrkt_cd', 'whsl_mrkt_nm']],
  corps: [['corp_cd', 'corp_nm']],
  placeOrigins: [['plor_cd', 'plor_nm']],
  units: [['unit_cd', 'unit_nm']],
  sizes: [['sz_cd', 'sz_nm']],
  packagings: [['pkg_cd', 'pkg_nm']],
  grades: [['grd_cd', 'grd_nm']],
} as const satisfies Readonly<Record<string, readonly (readonly [code: string, name: string])[]>>;

export type CodeTable = keyof typeof CODE_TABLES;
