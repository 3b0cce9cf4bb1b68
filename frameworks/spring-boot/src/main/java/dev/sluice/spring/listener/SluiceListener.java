package dev.sluice.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Calls a method of a bean for each event of some channels, in order and one at a time, on a virtual thread.
///
/// The method has one or two parameters: the event as [dev.sluice.spring.SluiceEvent], and its data as any
/// other type. A `String` is the text, a `byte[]` the bytes; any other type is read from JSON by the
/// application's `JsonMapper`. A method that takes the data alone is not called for events without data, which
/// remove a key.
///
/// The bean is a singleton. If it is initialized lazily, its listeners start with it; the property
/// `spring.main.lazy-initialization` spares beans with listeners.
///
/// If the method throws, a [SluiceErrorHandler] decides whether it is called again. A lost connection does not
/// end a listener, and it misses no event; to resume after a restart, add a [SluiceCursorStore].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface SluiceListener {
    /// Names and patterns of channels: `*` matches one segment, a final `**` one or more. Placeholders
    /// (`${…}`) are replaced.
    String[] channels();

    /// Where the first subscription starts: `latest`, `earliest`, `snapshot`, `last 10` or `since 1h`.
    /// Placeholders are replaced. A stored cursor takes precedence.
    String from() default "latest";

    /// Only events of these types; empty for all.
    String[] types() default {};

    /// The name under which a [SluiceCursorStore] keeps the cursor, unique in the application; by default the
    /// bean's and the method's name, so overloaded methods need one.
    String id() default "";
}
