/// Third-party clients against a hub behind a faulty network: each receives events, loses its connection, and
/// resumes by its own means with exactly the events it missed. Read [dev.sluice.server.clients.LossContract] first.
///
/// `./check` runs one client of each kind (curl, java.net.http, OkHttp, Chromium), `./check --long` all of them.
@NullMarked
package dev.sluice.server.clients;

import org.jspecify.annotations.NullMarked;
