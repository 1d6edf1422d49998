import { tradeConnector } from '../at-trades/connector.ts';

export const connector = tradeConnector({
  name: 'sale',
  service: 'katSale',
  operation: 'trades',
  page: 'https://www.data.go.kr/data/15141809/openapi.do',
  shape: 'settled',
  required: [
    'trd_clcln_ymd',
    'whsl_mrkt_cd',
    'gds_lclsf_cd',
    'gds_mclsf_cd',
    'totprc',
    'unit_tot_qty',
    'unit_qty',
  ],
  rowsOfLargeMarket: 3_000,
  keepsHistory: true,
});
