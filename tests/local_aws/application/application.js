/* A single-page application that signs people in with OpenID Connect: it knows `window.env` alone. */
"use strict";

const { OIDC_URL, OIDC_CLIENT_NAME, OIDC_REDIRECT_URI } = window.env;
const here = OIDC_REDIRECT_URI || new URL(".", location.href).href;
const manager = new oidc.UserManager({
  authority: OIDC_URL,
  client_id: OIDC_CLIENT_NAME,
  redirect_uri: here,
  post_logout_redirect_uri: here,
  scope: "openid profile email",
});
const at = (id) => document.getElementById(id);

function greet({ profile }) {
  const account = profile.preferred_username.replace(/[,=\s]/g, "-"); // its key for people
  at("greeting").textContent = `Greetings, ${profile.name ?? ""}!`;
  at("title").textContent = "Signed in";
  const claims = {
    Name: profile.name,
    Account: account,
    Email: profile.email,
    Issuer: profile.iss,
    Audience: profile.aud,
    "This page": here,
  };
  for (const [name, value] of Object.entries(claims)) {
    const [term, description] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, description.textContent] = [name, value];
    at("claims").append(term, description);
  }
  at("sign-in").hidden = true;
  at("sign-out").hidden = false;
}

const tell = (error) => {
  console.error(error);
  // MLSpace: frontend/src/routes.tsx, for every error of a sign-in
  at("error").textContent = "Failed to connect to the authentication service";
};

async function start() {
  const given = new URLSearchParams(location.search);
  if (given.has("code") || given.has("error")) {
    try {
      await manager.signinCallback();
    } finally {
      history.replaceState(null, "", here);
    }
  }
  const user = await manager.getUser();
  if (user) greet(user);
}

at("sign-in").onclick = () => manager.signinRedirect({ nonce: crypto.randomUUID() }).catch(tell);
at("sign-out").onclick = () => manager.signoutRedirect().catch(tell);
start().catch(tell).finally(() => (document.body.dataset.state = "ready"));
