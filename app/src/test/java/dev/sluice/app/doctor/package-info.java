/// The doctor's judgements. Its probes are shown behind real proxies: `dev.sluice.app.deploy`.
@NullMarked
package dev.sluice.app.doctor;

import org.jspecify.annotations.NullMarked;
