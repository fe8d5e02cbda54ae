import { escapeHtml as e, htmlReply, type Reply } from "../http/message.ts";

const noStore = { "Cache-Control": "no-store, must-revalidate, max-age=0", "X-Frame-Options": "SAMEORIGIN" };

/** The frame that Keycloak puts around every page of the realm. */
function page(status: number, title: string, content: string): Reply {
  return htmlReply(
    status,
    `<!DOCTYPE html>
<html class="login-pf">
<head><meta charset="utf-8"><meta name="robots" content="noindex, nofollow"><title>${e(title)}</title></head>
<body>
<div class="login-pf-page">
<div id="kc-header"><div id="kc-header-wrapper">Single Sign-On</div></div>
<header class="login-pf-header"><h1 id="kc-page-title">${e(title)}</h1></header>
<div id="kc-content"><div id="kc-content-wrapper">
${content}
</div></div>
</div>
</body>
</html>
`,
    noStore,
  );
}

function feedback(message: string | undefined): string {
  return message === undefined
    ? ""
    : `<div class="alert-error pf-c-alert pf-m-inline pf-m-danger"><span class="pf-c-alert__title kc-feedback-text">${e(message)}</span></div>\n`;
}

/** User name and password. */
export function loginForm(action: string, username: string, message?: string): Reply {
  return page(
    200,
    "Sign in to your account",
    `${feedback(message)}<div id="kc-form"><div id="kc-form-wrapper">
<form id="kc-form-login" onsubmit="login.disabled = true; return true;" action="${e(action)}" method="post">
<div class="form-group"><label for="username">Username</label><input tabindex="1" id="username" class="form-control" name="username" value="${e(username)}" type="text" autofocus autocomplete="off"></div>
<div class="form-group"><label for="password">Password</label><input tabindex="2" id="password" class="form-control" name="password" type="password" autocomplete="off"></div>
<div id="kc-form-buttons" class="form-group"><input type="hidden" id="id-hidden-input" name="credentialId" value=""><input tabindex="4" class="btn" name="login" id="kc-login" type="submit" value="Sign In"></div>
</form></div></div>`,
  );
}

/** The one-time password of a user who has a second factor. */
export function otpForm(action: string, message?: string): Reply {
  return page(
    200,
    "Sign in to your account",
    `${feedback(message)}<form id="kc-otp-login-form" action="${e(action)}" method="post">
<div class="form-group"><label for="otp">One-time code</label><input id="otp" name="otp" autocomplete="off" type="text" class="form-control" autofocus></div>
<div class="form-group"><input class="btn" name="login" id="kc-login" type="submit" value="Sign In"></div>
</form>`,
  );
}

/** Asks whether an application may have access. `code` is the hidden field that Keycloak's form carries. */
export function consentForm(action: string, client: string, code: string): Reply {
  return page(
    200,
    `Grant Access to ${client}`,
    `<div id="kc-oauth" class="content-area"><h3>Do you grant these access privileges?</h3>
<ul><li><span>Email address</span></li><li><span>User profile</span></li></ul>
<form class="form-actions" action="${e(action)}" method="POST"><input type="hidden" name="code" value="${e(code)}">
<div class="form-group"><input class="btn" name="accept" id="kc-login" type="submit" value="Yes"><input class="btn" name="cancel" id="kc-cancel" type="submit" value="No"></div>
</form></div>`,
  );
}

/** Asks for the code that a device shows. */
export function deviceForm(action: string, message?: string): Reply {
  return page(
    200,
    "Device Login",
    `${feedback(message)}<form id="kc-user-verify-device-user-code-form" action="${e(action)}" method="post">
<div class="form-group"><label for="device-user-code">Enter the code provided by your device and click Submit</label><input id="device-user-code" name="device_user_code" autocomplete="off" type="text" class="form-control" autofocus></div>
<div class="form-group"><input class="btn" type="submit" value="Submit"></div>
</form>`,
  );
}

/** Something went wrong, and there is nothing to fill in. */
export function errorPage(status: number, message: string): Reply {
  return page(status, "We are sorry...", `<div id="kc-error-message"><p class="instruction">${e(message)}</p></div>`);
}

/** Something is done, and there is nothing to fill in. */
export function infoPage(title: string, message: string): Reply {
  return page(200, title, `<div id="kc-info-message"><p class="instruction">${e(message)}</p></div>`);
}
