package dev.sluice.server.http.head;

import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Headers in one array, in the order in which they were added. A message has a handful, so comparing their
/// names costs less than the buckets and entries of Netty's map, which take five times the memory per request.
/// Names and values that could end a header are refused, as in Netty's map. For one thread at a time.
public final class HeaderList extends HttpHeaders {
    public static final HttpHeadersFactory FACTORY = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return new HeaderList();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return new HeaderList();
        }
    };

    private static final CharSequence[] NOTHING = {};

    /// The initial capacity for a request, enough for most.
    private static final int HEADERS = 7;

    /// The initial capacity for an answer, enough for most.
    private static final int ANSWER_HEADERS = 3;

    /// Whether added names and values are checked.
    private final boolean isChecked;

    /// The initial capacity in headers.
    private final int headers;

    /// Names at even indexes, each before its value.
    private CharSequence[] fields = NOTHING;

    /// Whether other lists share the array; then it is copied before a change.
    private boolean isShared;

    /// The used length of the array.
    private int length;

    public HeaderList() {
        this(true, HEADERS);
    }

    private HeaderList(boolean isChecked, int headers) {
        this.isChecked = isChecked;
        this.headers = headers;
    }

    /// Creates an empty list for an answer.
    public static HeaderList ofAnswer() {
        return new HeaderList(true, ANSWER_HEADERS);
    }

    /// Creates a list for an answer that begins with the headers of another list, which must not change any
    /// more.
    public static HeaderList ofAnswer(HeaderList first) {
        HeaderList headers = ofAnswer();
        headers.fields = first.fields;
        headers.length = first.length;
        headers.isShared = true;
        return headers;
    }

    /// Switches to the headers of `more` without copying an array, if this list still has exactly the headers of
    /// `just`.
    ///
    /// @param more begins with the headers of `just`, and must not change any more
    @SuppressWarnings("ReferenceEquality") // Whether it still shares the array.
    public boolean continueAs(HeaderList just, HeaderList more) {
        if (fields != just.fields || length != just.length) return false;
        fields = more.fields;
        length = more.length;
        return true;
    }

    /// Creates an empty list for headers that a decoder has checked.
    public static HeaderList unchecked() {
        return new HeaderList(false, HEADERS);
    }

    // --- reading

    /// The index of a header's name at or after an index; negative if there is no such header.
    private int find(CharSequence name, int from) {
        for (int i = from; i < length; i += 2) if (AsciiString.contentEqualsIgnoreCase(fields[i], name)) return i;
        return -1;
    }

    @Override
    public @Nullable String get(CharSequence name) {
        int at = find(name, 0);
        return at < 0 ? null : fields[at + 1].toString();
    }

    @Override
    public @Nullable String get(String name) {
        return get((CharSequence) name);
    }

    @Override
    public List<String> getAll(CharSequence name) {
        int first = find(name, 0);
        if (first < 0) return List.of();
        int next = find(name, first + 2);
        if (next < 0) return List.of(fields[first + 1].toString());
        List<String> values = new ArrayList<>();
        values.add(fields[first + 1].toString());
        for (; next >= 0; next = find(name, next + 2)) values.add(fields[next + 1].toString());
        return values;
    }

    @Override
    public List<String> getAll(String name) {
        return getAll((CharSequence) name);
    }

    /// Returns true if a header occurs more than once.
    boolean isRepeated(CharSequence name) {
        int first = find(name, 0);
        return first >= 0 && find(name, first + 2) >= 0;
    }

    @Override
    public boolean contains(CharSequence name) {
        return find(name, 0) >= 0;
    }

    @Override
    public boolean contains(String name) {
        return find(name, 0) >= 0;
    }

    @Override
    public boolean containsValue(CharSequence name, CharSequence value, boolean ignoresCase) {
        return contains(name) && super.containsValue(name, value, ignoresCase);
    }

    @Override
    public @Nullable Integer getInt(CharSequence name) {
        String value = get(name);
        return value == null ? null : Integer.valueOf(value);
    }

    @Override
    public int getInt(CharSequence name, int otherwise) {
        Integer value = getInt(name);
        return value == null ? otherwise : value;
    }

    @Override
    public @Nullable Short getShort(CharSequence name) {
        String value = get(name);
        return value == null ? null : Short.valueOf(value);
    }

    @Override
    public short getShort(CharSequence name, short otherwise) {
        Short value = getShort(name);
        return value == null ? otherwise : value;
    }

    @Override
    public @Nullable Long getTimeMillis(CharSequence name) {
        throw new UnsupportedOperationException("headers with a date are not read");
    }

    @Override
    public long getTimeMillis(CharSequence name, long otherwise) {
        throw new UnsupportedOperationException("headers with a date are not read");
    }

    @Override
    public List<Map.Entry<String, String>> entries() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(size());
        for (int i = 0; i < length; i += 2) entries.add(Map.entry(fields[i].toString(), fields[i + 1].toString()));
        return entries;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty deprecates this method, which must be overridden.
    public Iterator<Map.Entry<String, String>> iterator() {
        return entries().iterator();
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        List<Map.Entry<CharSequence, CharSequence>> entries = new ArrayList<>(size());
        for (int i = 0; i < length; i += 2) entries.add(Map.entry(fields[i], fields[i + 1]));
        return entries.iterator();
    }

    /// The name of the header with this index, from 0.
    public CharSequence name(int number) {
        return fields[2 * number];
    }

    /// The value of the header with this index, from 0.
    public CharSequence value(int number) {
        return fields[2 * number + 1];
    }

    @Override
    public boolean isEmpty() {
        return length == 0;
    }

    @Override
    public int size() {
        return length / 2;
    }

    @Override
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < length; i += 2) names.add(fields[i].toString());
        return names;
    }

    // --- changing

    private void append(CharSequence name, Object value) {
        CharSequence text = value instanceof CharSequence characters ? characters : value.toString();
        if (isChecked) check(name, text);
        if (length == fields.length) copy(length == 0 ? 2 * headers : 2 * length);
        else if (isShared) copy(fields.length);
        fields[length] = name;
        fields[length + 1] = text;
        length += 2;
    }

    private void copy(int room) {
        fields = Arrays.copyOf(fields, room);
        isShared = false;
    }

    private static void check(CharSequence name, CharSequence value) {
        if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0)
            throw new IllegalArgumentException("a header's name is a token, not '" + name + "'");
        if (HttpHeaderValidationUtil.validateValidHeaderValue(value) >= 0)
            throw new IllegalArgumentException("the value of the header '" + name + "' contains an invalid character");
    }

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        append(name, value);
        return this;
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }

    @Override
    public HttpHeaders add(String name, Iterable<?> values) {
        for (Object value : values) append(name, value);
        return this;
    }

    @Override
    public HttpHeaders addInt(CharSequence name, int value) {
        return add(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders addShort(CharSequence name, short value) {
        return add(name, Short.toString(value));
    }

    @Override
    public HttpHeaders set(CharSequence name, Object value) {
        remove(name);
        return add(name, value);
    }

    @Override
    public HttpHeaders set(String name, Object value) {
        return set((CharSequence) name, value);
    }

    @Override
    public HttpHeaders set(String name, Iterable<?> values) {
        remove(name);
        return add(name, values);
    }

    @Override
    public HttpHeaders setInt(CharSequence name, int value) {
        return set(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders setShort(CharSequence name, short value) {
        return set(name, Short.toString(value));
    }

    @Override
    public HttpHeaders remove(CharSequence name) {
        for (int at = find(name, 0); at >= 0; at = find(name, at)) {
            if (isShared) copy(fields.length);
            System.arraycopy(fields, at + 2, fields, at, length - at - 2);
            length -= 2;
        }
        return this;
    }

    @Override
    public HttpHeaders remove(String name) {
        return remove((CharSequence) name);
    }

    @Override
    public HttpHeaders clear() {
        length = 0;
        fields = NOTHING;
        isShared = false;
        return this;
    }
}
