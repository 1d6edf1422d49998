import type { CatalogueName } from './names.ts';

/**
 * Public wholesale markets by aT's code. No official list was at hand: the codes are those that public readers of the
 * services agree on. `katCode/wholesaleMarkets` is the authority, and a code counts once it has answered with rows.
 */
export const AT_MARKETS: readonly CatalogueName[] = [
  { code: '110001', ko: '서울가락', en: 'Seoul Garak' },
  { code: '110008', ko: '서울강서', en: 'Seoul Gangseo' },
  { code: '210001', ko: '부산엄궁', en: 'Busan Eomgung' },
  { code: '210005', ko: '부산국제수산', en: 'Busan International Fish' },
  { code: '210009', ko: '부산반여', en: 'Busan Banyeo' },
  { code: '220001', ko: '대구북부', en: 'Daegu Bukbu' },
  { code: '230001', ko: '인천남촌', en: 'Incheon Namchon' },
  { code: '230003', ko: '인천삼산', en: 'Incheon Samsan' },
  { code: '240001', ko: '광주각화', en: 'Gwangju Gakhwa' },
  { code: '240004', ko: '광주서부', en: 'Gwangju Seobu' },
  { code: '250001', ko: '대전오정', en: 'Daejeon Ojeong' },
  { code: '250003', ko: '대전노은', en: 'Daejeon Noeun' },
  { code: '310101', ko: '수원', en: 'Suwon' },
  { code: '310401', ko: '안양', en: 'Anyang' },
  { code: '310901', ko: '안산', en: 'Ansan' },
  { code: '311201', ko: '구리', en: 'Guri' },
  { code: '320101', ko: '춘천', en: 'Chuncheon' },
  { code: '320201', ko: '원주', en: 'Wonju' },
  { code: '320301', ko: '강릉', en: 'Gangneung' },
  { code: '330101', ko: '청주', en: 'Cheongju' },
  { code: '330201', ko: '충주', en: 'Chungju' },
  { code: '340101', ko: '천안', en: 'Cheonan' },
  { code: '350101', ko: '전주', en: 'Jeonju' },
  { code: '350301', ko: '익산', en: 'Iksan' },
  { code: '350402', ko: '정읍', en: 'Jeongeup' },
  { code: '360301', ko: '순천', en: 'Suncheon' },
  { code: '370101', ko: '포항', en: 'Pohang' },
  { code: '370401', ko: '안동', en: 'Andong' },
  { code: '371501', ko: '구미', en: 'Gumi' },
  { code: '380101', ko: '창원팔용', en: 'Changwon Paryong' },
  { code: '380201', ko: '울산', en: 'Ulsan' },
  { code: '380303', ko: '창원내서', en: 'Changwon Naeseo' },
  { code: '380401', ko: '진주', en: 'Jinju' },
];
