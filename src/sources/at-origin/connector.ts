import { tradeConnector } from '../at-trades/connector.ts';

export const connector = tradeConnector({
  name: 'origin',
  service: 'katOrigin',
  operation: 'trades',
  // The number of this dataset's page is not confirmed; the portal's search finds it by the service's name.
  page: 'https://www.data.go.kr (katOrigin)',
  shape: 'origin-lots',
  required: ['trd_clcln_ymd', 'whsl_mrkt_cd', 'gds_lclsf_cd', 'gds_mclsf_cd', 'qty', 'scsbd_prc', 'unit_qty'],
  rowsOfLargeMarket: 12_000,
  keepsHistory: true,
});
