// The lag of a group over time: its history where the API keeps one, and what this page saw since it was opened.
(() => {
  'use strict';
  const box = document.getElementById('chart');
  if (!box || typeof uPlot === 'undefined') return;
  const MOST = 720;
  const at = [], lag = [], events = [];
  let plot;
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = () => {
    if (at.length < 2) return;
    if (plot) { plot.setData([at, lag]); return; }
    const axis = {stroke: colour('--muted'), grid: {stroke: colour('--line'), width: 1}, ticks: {stroke: colour('--line')}};
    // What happened, as lines across; said in words by the list below.
    const mark = u => events.forEach(event => {
      const x = u.valToPos(event.at, 'x', true);
      if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) return;
      u.ctx.strokeStyle = colour('--held');
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
    });
    plot = new uPlot({
      hooks: {draw: [mark]},
      width: box.clientWidth, height: 200, legend: {live: true},
      scales: {y: {range: (u, low, high) => [0, Math.max(1, high * 1.1)]}},
      axes: [{...axis}, {...axis, size: 80, values: (u, all) => all.map(n => Number.isInteger(n) ? n.toLocaleString('en') : '')}],
      series: [{value: (u, s) => s ? new Date(s * 1000).toLocaleTimeString() : '–'},
        {label: 'Lag', stroke: colour('--unread'), width: 2, points: {show: at.length < 40},
          value: (u, n) => n == null ? '–' : n.toLocaleString('en')}],
    }, [at, lag], box);
  };
  const saw = (instant, value) => {
    const seconds = Date.parse(instant) / 1000;
    if (Number.isNaN(seconds) || (at.length && seconds <= at[at.length - 1])) return;
    at.push(seconds);
    lag.push(value);
    if (at.length > MOST) { at.shift(); lag.shift(); }
  };
  const now = () => {
    const node = document.getElementById('now');
    if (node) saw(node.dataset.at, node.dataset.lag === '' ? null : Number(node.dataset.lag));
    draw();
  };
  document.addEventListener('fathom:fresh', now);
  addEventListener('resize', () => { if (plot) plot.setSize({width: box.clientWidth, height: 200}); });
  const history = box.dataset.history;
  if (!history) { now(); return; }
  fetch(history + '?window=PT1H&step=PT1M', {credentials: 'same-origin'})
    .then(answer => answer.ok ? answer.json() : {})
    .then(told => {
      (told.points || []).forEach(point => saw(point.at, point.lag ?? null));
      const list = document.getElementById('happened');
      (told.events || []).forEach(event => {
        events.push({at: Date.parse(event.at) / 1000});
        const time = document.createElement('time'), line = document.createElement('li');
        time.dateTime = event.at;
        time.textContent = event.at;
        line.append(time, ' ', event.what);
        list.prepend(line);
      });
    })
    .finally(now);
})();
