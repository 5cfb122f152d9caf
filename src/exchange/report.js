'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const main = document.querySelector('main');
  const cards = [...main.querySelectorAll('article')];
  const find = $('find'), least = $('least'), failed = $('failed');

  /* What the filter looks through: everything the card shows before its details, and the ancestors. */
  const words = cards.map((card) => {
    let text = card.dataset.q || '';
    for (const part of card.querySelectorAll('h2, .meta, .f li, .code, .note, article > p')) text += ' ' + part.textContent;
    const swatches = card.querySelector('.swatches');
    if (swatches) text += ' ' + swatches.getAttribute('aria-label');
    return text.toLowerCase();
  });

  /* A word of letters must stand at the start of a word, or "car" would find every card. */
  function has(text, word) {
    if (!/^\p{L}+$/u.test(word)) return text.includes(word);
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
      if (at === 0 || !/\p{L}/u.test(text[at - 1])) return true;
    return false;
  }

  function filter() {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const onlyFailed = failed && failed.checked;
    let shown = 0;
    cards.forEach((card, i) => {
      const fits = wanted.every((word) => has(words[i], word)) && (!onlyFailed || card.classList.contains('error'));
      card.hidden = !fits;
      if (fits) shown++;
    });
    $('shown').textContent = shown === cards.length ? `${shown} pictures` : `${shown} of ${cards.length} pictures`;
    main.querySelector('.nothing').hidden = shown > 0 || cards.length === 0;
    for (const button of document.querySelectorAll('[data-find]'))
      button.setAttribute('aria-pressed', String(button.dataset.find.toLowerCase() === find.value.toLowerCase()));
  }

  function cut() {
    const level = Number(least.value);
    $('level').textContent = String(level);
    for (const chip of main.querySelectorAll('.f li')) chip.hidden = Number(chip.dataset.c) < level;
    for (const facet of main.querySelectorAll('.f')) facet.hidden = !facet.querySelector('li:not([hidden])');
  }

  let timer = 0;
  find.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(filter, 80); });
  least.addEventListener('input', cut);
  if (failed) failed.addEventListener('change', filter);
  $('suggested').addEventListener('change', (event) => main.classList.toggle('sure', !event.target.checked));
  $('boxes').addEventListener('change', (event) => main.classList.toggle('boxes', event.target.checked));
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-find]');
    if (!button) return;
    find.value = find.value === button.dataset.find ? '' : button.dataset.find;
    filter();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== find) { event.preventDefault(); find.focus(); }
    if (event.key === 'Escape' && document.activeElement === find) { find.value = ''; filter(); }
  });

  /* A chip and its boxes light up together. */
  function spot(chip, on) {
    const card = chip.closest('article');
    card.classList.toggle('spot', on);
    chip.classList.toggle('on', on);
    for (const box of card.querySelectorAll(`figure g[data-t="${chip.dataset.t}"]`)) box.classList.toggle('on', on);
  }
  for (const [type, on] of [['pointerover', true], ['pointerout', false], ['focusin', true], ['focusout', false]])
    main.addEventListener(type, (event) => {
      const chip = event.target.closest && event.target.closest('li[data-t]');
      if (chip) spot(chip, on);
    });

  $('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  filter();
})();
