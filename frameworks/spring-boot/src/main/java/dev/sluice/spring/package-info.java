/// What an application with Spring uses of a hub, whether the hub is embedded or elsewhere. Begin with
/// [SluiceTemplate] and [dev.sluice.spring.listener.SluiceListener].
@NullMarked
package dev.sluice.spring;

import org.jspecify.annotations.NullMarked;
