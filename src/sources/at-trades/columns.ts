/** Members of a trade row that say where, what, in which package and by whom (sources.md §4.7), as published. */
const OF_ANY_TRADE = [
  'trd_clcln_ymd',
  'whsl_mrkt_cd',
  'whsl_mrkt_nm',
  'corp_cd',
  'corp_nm',
  'trd_se',
  'gds_lclsf_cd',
  'gds_mclsf_cd',
  'gds_mclsf_nm',
  'gds_sclsf_cd',
  'gds_sclsf_nm',
  'corp_gds_cd',
  'corp_gds_item_nm',
  'unit_nm',
  'unit_qty',
  'pkg_cd',
  'pkg_nm',
  'sz_cd',
  'sz_nm',
  'grd_cd',
  'grd_nm',
  'plor_cd',
  'plor_nm',
  'qty',
  'unit_tot_qty',
  'totprc',
  'mdfcn_dt',
] as const;

/** A lot: knocked down once, at one price a package. */
export const LOT_HEADER = [
  ...OF_ANY_TRADE,
  'scsbd_dt',
  'scsbd_prc',
  'spm_no',
  'auctn_seq',
  'auctn_seq2',
] as const;

/** The settled sum of a corporation's lots that are alike. */
export const SETTLED_HEADER = [...OF_ANY_TRADE, 'avgprc', 'lwprc', 'hgprc'] as const;
