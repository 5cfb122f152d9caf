import { phrases } from '../i18n';

export const say = phrases({
  en: {
    search: 'Search',
    searchHint: 'a dog on the beach, or tag:dog -people',
    narrow: 'Narrow down',
  },
  de: {
    search: 'Suchen',
    searchHint: 'ein Hund am Strand, oder tag:Hund -people',
    narrow: 'Eingrenzen',
  },
  fr: {
    search: 'Rechercher',
    searchHint: 'un chien sur la plage, ou tag:chien -people',
    narrow: 'Affiner',
  },
  es: {
    search: 'Buscar',
    searchHint: 'un perro en la playa, o tag:perro -people',
    narrow: 'Acotar',
  },
  zh: {
    search: '搜索',
    searchHint: '海滩上的狗，或 tag:狗 -people',
    narrow: '缩小范围',
  },
  ja: {
    search: '検索',
    searchHint: '砂浜の犬、または tag:犬 -people',
    narrow: '絞り込み',
  },
  ko: {
    search: '검색',
    searchHint: '해변의 개, 또는 tag:개 -people',
    narrow: '좁히기',
  },
});
