// The frame around a SCORM package, on the packages' own origin: puts the run-time where packages look for it, gives it what is
// kept, and sends on what it commits. A commit waits for its answer, so that the package is told the truth; only a page that is
// going away sends without waiting.
(() => {
  const play = JSON.parse(document.getElementById('play').textContent);
  const content = document.getElementById('content');
  const tell = (said) => window.parent.postMessage({ package: said }, play.embedder);
  let sequence = play.sequence, began = Date.now(), kept = true;

  const seconds = (text) => {
    const old = /^(\d+):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text || '');
    if (old) return +old[1] * 3600 + +old[2] * 60 + +old[3];
    const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text || '');
    return iso ? (+iso[1] || 0) * 86400 + (+iso[2] || 0) * 3600 + (+iso[3] || 0) * 60 + (+iso[4] || 0) : 0;
  };

  const report = (commit) => {
    const state = (commit.runtimeData && commit.runtimeData.cmi) || {};
    const told = seconds((state.core && state.core.session_time) || state.session_time);
    return JSON.stringify({
      sequence: (sequence += 1),
      completionStatus: commit.completionStatus,
      successStatus: commit.successStatus,
      score: commit.score,
      sessionSeconds: told || Math.round((Date.now() - began) / 1000),
      state,
    });
  };

  const send = (url, commit) => {
    const body = report(commit);
    const request = new XMLHttpRequest();
    try {
      request.open('POST', url, false);
      request.setRequestHeader('Content-Type', 'application/json');
      request.send(body);
    } catch {
      // The page is going away, or the net is not there: the browser may still deliver it.
      kept = navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }));
      if (!kept) tell('failed');
      return { result: kept ? 'true' : 'false', errorCode: kept ? 0 : 391 };
    }
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
    kept = request.status === 200;
    tell(kept ? (answer.done ? 'done' : 'saved') : (answer.code || 'failed'));
    return { result: kept ? 'true' : 'false', errorCode: kept ? 0 : 391 };
  };

  if (play.tells) {
    const settings = {
      lmsCommitUrl: play.save,
      renderCommonCommitFields: true,
      autocommit: true,
      autocommitSeconds: 20,
      logLevel: 5,
      httpService: { processHttpRequest: send, updateSettings() {} },
    };
    const old = play.standard === '1.2';
    const api = old ? new window.Scorm12API(settings) : new window.Scorm2004API(settings);
    window[old ? 'API' : 'API_1484_11'] = api;
    try {
      api.loadFromJSON(play.cmi);
    } catch {
      // What an older version of the package noted may not fit: it begins without, and nothing else is lost.
      const { suspend_data, objectives, interactions, comments, comments_from_learner, ...rest } = play.cmi;
      api.loadFromJSON(rest);
    }
    api.on(old ? 'LMSInitialize' : 'Initialize', () => { began = Date.now(); });
    window.addEventListener('pagehide', () => {
      if (api.isInitialized()) api.lmsCommit('');
    });
  }
  content.src = play.launch;
})();
