/// The two kinds of hub behind [dev.sluice.spring.SluiceHub]: [EmbeddedHub] and [RemoteHub].
@NullMarked
package dev.sluice.spring.hub;

import org.jspecify.annotations.NullMarked;
