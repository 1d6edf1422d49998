import { tradeConnector } from '../at-trades/connector.ts';

export const connector = tradeConnector({
  name: 'realtime',
  service: 'katRealTime2',
  operation: 'trades2',
  page: 'https://www.data.go.kr/data/15141808/openapi.do',
  shape: 'realtime-lots',
  required: ['trd_clcln_ymd', 'whsl_mrkt_cd', 'gds_lclsf_cd', 'gds_mclsf_cd', 'qty', 'scsbd_prc', 'unit_qty'],
  rowsOfLargeMarket: 12_000,
  keepsHistory: false,
});
