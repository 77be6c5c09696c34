// Fetches solids: at most one draft under way, the newest request wins, the old part stays until then.

const PATIENCE_MS = 700; // what takes longer says that it is being worked on

/** Follow the form with drafts and full solids for one viewer; with pictures for one without 3D. */
export function follow(draftUrl, pictureUrl, viewer) {
  const client = crypto.randomUUID?.() || String(Math.random()).slice(2);
  const pictures = viewer.draws === "picture";
  const fullUrl = pictures ? pictureUrl : draftUrl.replace("draft.glb", "full.glb");
  let current = null;
  let next = null;
  let last = null;
  let full = null; // the query of the full solid that is shown or on its way

  async function load(url, query) {
    const stop = new AbortController();
    current = stop;
    last = query;
    full = url === fullUrl ? query : null;
    viewer.dim(true);
    const slow = setTimeout(() => { if (current === stop) viewer.working(true); }, PATIENCE_MS);
    try {
      const answer = await fetch(`${url}?${query}&client=${client}`, { signal: stop.signal, headers: { Accept: "model/gltf-binary, image/png, application/json" } });
      if (current === stop && (answer.status === 204 || (!answer.ok && answer.status !== 422))) full = null;
      // Given up for a newer one. If none is newer here, an older one overtook it on the way: it is asked for again.
      if (answer.status === 204) return current === stop && later(0, url, query);
      if (answer.status === 503) return await again(answer, url, query);
      if (!answer.ok) return viewer.note((await problem(answer)));
      const glb = await answer.arrayBuffer();
      if (current === stop) await viewer.show(glb);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (current === stop) full = null;
      viewer.note("The part cannot be shown: the server did not answer.");
    } finally {
      clearTimeout(slow);
      if (current === stop) { current = null; viewer.dim(false); viewer.working(false); flush(); }
    }
  }

  /** Very many people are designing: what stands still is asked for once more, a draft is not. */
  async function again(answer, url, query) {
    if (url === draftUrl) return;
    viewer.note(await problem(answer));
    later(Number(answer.headers.get("Retry-After")) || 3, url, query);
  }

  /** Ask once more, unless something else is wanted by then. */
  function later(seconds, url, query) {
    setTimeout(() => { if (!current && !next && last === query) load(url, query); }, 1000 * seconds);
  }

  function flush() {
    if (!next) return;
    const query = next;
    next = null;
    load(draftUrl, query);
  }

  return {
    /** While the slider moves: if one is under way, only the latest waits behind it. */
    draft(query) {
      if (pictures) return; // a picture takes seconds: only of what stands still
      if (current) next = query;
      else load(draftUrl, query);
    },
    /** When it stands: whatever was under way is no longer wanted, unless it is just this. */
    full(query) {
      if (query === full && !next) return;
      next = null;
      current?.abort();
      load(fullUrl, query);
    },
  };
}

async function problem(answer) {
  try {
    const body = await answer.json();
    return Object.values(body.fields || {})[0] || body.detail;
  } catch {
    return "The part cannot be shown just now. Please change something or try again.";
  }
}
