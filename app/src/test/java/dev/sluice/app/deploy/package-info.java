/// A hub behind other people's servers, with the documented configuration files. Read
/// [dev.sluice.app.deploy.BehindProxyTest] first.
@NullMarked
package dev.sluice.app.deploy;

import org.jspecify.annotations.NullMarked;
