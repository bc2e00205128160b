// What the page does in the browser: keeps itself fresh, tells times as people do, takes keys, and sends changes to the API.
(() => {
  'use strict';
  const EVERY = 5000, MOST = 60000;
  const $ = (one, of = document) => of.querySelector(one);
  const $$ = (all, of = document) => [...of.querySelectorAll(all)];
  const say = (text, bad) => {
    const said = $('#said');
    said.textContent = text;
    said.classList.toggle('bad', !!bad);
  };

  // Times: relative, with the exact instant where the pointer rests.
  const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
  const words = new Intl.RelativeTimeFormat('en', {numeric: 'always', style: 'short'});
  const times = () => $$('time[datetime]').forEach(time => {
    const at = Date.parse(time.dateTime);
    if (Number.isNaN(at)) return;
    const seconds = Math.round((at - Date.now()) / 1000);
    const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) || units[3];
    time.title = time.dateTime;
    const text = seconds === 0 ? 'now' : words.format(Math.trunc(seconds / size), unit);
    if (time.textContent !== text) time.textContent = text;
  });

  // Fresh numbers: one request at a time, while somebody looks, and rarer where the service does not answer.
  let wait = EVERY, due = 0, busy = false;
  const live = () => $('#live[hx-get]');
  // What is fresh each time: the second part stands below something that stays, as a chart.
  const FRESH = ':is(#live, #more)';
  const editing = () => document.activeElement && document.activeElement.matches(`${FRESH} :is(input, select)`);
  setInterval(() => {
    times();
    if (window.htmx && live() && !busy && !document.hidden && !editing() && Date.now() >= due) {
      busy = true;
      htmx.trigger(live(), 'refresh');
    }
  }, 1000);
  due = Date.now() + EVERY;
  document.addEventListener('htmx:beforeSwap', event => {
    const focused = document.activeElement && document.activeElement.closest(FRESH) && document.activeElement;
    keep = {at: rowKey($('tr.at')), href: focused && focused.getAttribute('href'), name: focused && focused.getAttribute('aria-label'),
      left: $$(`${FRESH} .scroll`).map(one => one.scrollLeft)};
  });
  let keep = {left: []};
  document.addEventListener('htmx:beforeRequest', () => { busy = true; });
  document.addEventListener('htmx:afterSwap', () => {
    $$(`${FRESH} .scroll`).forEach((one, at) => { one.scrollLeft = keep.left[at] || 0; });
    if (keep.at) mark(rows().find(row => rowKey(row) === keep.at), false);
    const again = keep.href
      ? $$(`${FRESH} a`).find(link => link.getAttribute('href') === keep.href)
      : keep.name && $$(`${FRESH} [tabindex]`).find(one => one.getAttribute('aria-label') === keep.name);
    if (again) again.focus({preventScroll: true});
    times();
    document.dispatchEvent(new Event('fathom:fresh'));
  });
  document.addEventListener('htmx:afterRequest', event => {
    busy = false;
    wait = event.detail.successful ? EVERY : Math.min(MOST, wait * 2);
    due = Date.now() + wait;
    if (!event.detail.successful) say('Fathom does not answer; what is shown may be old.', true);
    else if ($('#said').textContent.startsWith('Fathom does not answer')) say('');
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) due = 0; });

  // Keys: rows of the first table.
  const rows = () => $$('table.rows tbody tr').filter(row => $('a', row));
  const rowKey = row => row && $('a', row) && $('a', row).getAttribute('href');
  const mark = (row, go = true) => {
    $$('tr.at').forEach(one => one.classList.remove('at'));
    if (!row) return;
    row.classList.add('at');
    if (go) {
      row.scrollIntoView({block: 'nearest'});
      $('a', row).focus({preventScroll: true});
    }
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, dialog')) return;
    const all = rows(), now = all.findIndex(row => row.classList.contains('at'));
    if (event.key === '/') { const filter = $('#filter'); if (filter) { filter.focus(); filter.select(); event.preventDefault(); } }
    else if (event.key === 'j' && all.length) mark(all[Math.min(now + 1, all.length - 1)]);
    else if (event.key === 'k' && all.length) mark(all[Math.max(now - 1, 0)]);
    else if (event.key === 'Enter' && now >= 0 && event.target === document.body) $('a', all[now]).click();
    else if (event.key === '?') $('#keys').showModal();
  });

  // What is to be written for the form of a position that is chosen.
  const where = $('select[name=where]');
  const hint = () => {
    const told = where.selectedOptions[0].title;
    $('#hint').textContent = told ? `Value: ${told}.` : 'No value is needed.';
  };
  if (where) where.addEventListener('change', hint);

  // An empty filter is none: the address says what counts and no more.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.matches('form[method=get]')) $$('input, select', form).forEach(field => { if (!field.value) field.disabled = true; });
    if (form.matches('form[data-call]')) { event.preventDefault(); call(form, event.submitter); }
  });

  // Changes: JSON to the API, with a header no form of another site can send.
  const body = form => {
    const sent = form.dataset.body ? JSON.parse(form.dataset.body) : {};
    $$('[name]', form).forEach(field => {
      if (field.type === 'checkbox' ? !field.checked : !field.value) return;
      sent[field.name] = field.type === 'checkbox' ? true : field.type === 'number' ? Number(field.value) : field.value;
    });
    return sent;
  };
  const call = async (form, button) => {
    if (form.dataset.ask && !window.confirm(form.dataset.ask)) return;
    const [method, path] = form.dataset.call.split(' ');
    const headers = {'Content-Type': 'application/json', 'X-Requested-With': 'fathom-page'};
    if (form.dataset.ifMatch) headers['If-Match'] = form.dataset.ifMatch;
    if (button) button.disabled = true;
    say('Sent; waiting for the answer.');
    try {
      const answer = await fetch(path, {method, headers, credentials: 'same-origin', body: JSON.stringify(body(form))});
      const told = await answer.json();
      if (!answer.ok) {
        const more = (told.changes || []).map(change => change.detail).filter(Boolean).join(' ');
        say(`${told.title}. ${told.detail} ${more}`, true);
      } else if (told.operation) {
        location.assign('/ui' + told.operation.slice('/api/v1'.length));
        return;
      } else {
        say('Done.');
        due = 0;
        if (form.dataset.then) location.assign(form.dataset.then);
      }
    } catch (failure) {
      say('No answer: ' + failure.message + '. Whether it was done, the operations tell.', true);
    }
    if (button) button.disabled = false;
  };

  document.addEventListener('click', async event => {
    const copy = event.target.closest('button[data-copy]');
    if (!copy) return;
    const text = $(copy.dataset.copy).textContent;
    try { await navigator.clipboard.writeText(text); say('Copied.'); }
    catch { getSelection().selectAllChildren($(copy.dataset.copy)); say('Selected: copy it with the keys of your system.'); }
  });

  times();
})();
