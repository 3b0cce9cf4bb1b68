/// What Spring Boot configures. Begin with [SluiceAutoConfiguration] and [SluiceProperties].
@NullMarked
package dev.sluice.spring.boot;

import org.jspecify.annotations.NullMarked;
