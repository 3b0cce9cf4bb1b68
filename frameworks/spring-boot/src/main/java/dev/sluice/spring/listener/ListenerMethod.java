package dev.sluice.spring.listener;

import dev.sluice.spring.SluiceEvent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A method of a bean, called with an event.
final class ListenerMethod {
    private final Object bean;
    private final Method method;
    private final JsonMapper json;
    private final boolean takesEvent;

    /// @throws IllegalStateException if the method's parameters are not the event, its data, or both
    ListenerMethod(Object bean, Method method, JsonMapper json) {
        this.bean = bean;
        this.method = method;
        this.json = json;
        var parameters = method.getParameterTypes();
        long events = Arrays.stream(parameters).filter(ListenerMethod::isEvent).count();
        takesEvent = events == 1;
        if (parameters.length == 0 || events > 1 || parameters.length - events > 1) {
            throw new IllegalStateException("@SluiceListener " + method
                    + " must have one or two parameters: SluiceEvent, and a type that the data is read as");
        }
        method.setAccessible(true);
    }

    private static boolean isEvent(Class<?> type) {
        return type.equals(SluiceEvent.class);
    }

    /// @throws UnreadableDataException if the parameter can't hold the data
    void call(SluiceEvent event) throws Exception {
        if (event.isRemoved() && !takesEvent) return;
        var types = method.getGenericParameterTypes();
        var arguments = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = types[i].equals(SluiceEvent.class) ? event : data(event, types[i]);
        }
        try {
            method.invoke(bean, arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception cause) throw cause;
            if (thrown.getCause() instanceof Error cause) throw cause;
            throw thrown;
        }
    }

    private @Nullable Object data(SluiceEvent event, Type type) {
        if (event.isRemoved()) return null;
        if (type.equals(String.class)) return event.text();
        if (type.equals(byte[].class)) return event.bytes().clone();
        try {
            return json.readValue(event.bytes(), json.constructType(type));
        } catch (JacksonException reason) {
            throw new UnreadableDataException(
                    "The data of " + event + " is no " + type.getTypeName() + ": " + reason.getOriginalMessage(),
                    reason);
        }
    }
}
