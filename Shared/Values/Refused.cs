namespace ProcessPool.Values;

/// <summary>The errors for values and types that cannot be sent, each with a way out.</summary>
internal static class Refused
{
    private const string LeaveOut = "or leave the field out with [NonSerialized] ([IgnoreDataMember] on a property)";

    public static ValueException Framework(Type type) => ValueException.At(type, $"{Cannot(type)} {WayOut(type)}");

    private static string WayOut(Type type)
    {
        if (type == typeof(CancellationToken))
            return $"Capture it as a separate variable in the function, use WorkerContext.CancellationToken, {LeaveOut}.";
        if (type.IsAssignableTo(typeof(Task)) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            return "It stands for a result that does not exist yet. A function of a pool can return Task or Task<T>; wrap one that returns ValueTask: async x => await f(x).";
        if (FSharpTypes.IsAsync(type))
            return "It describes work that runs only when somebody starts it. Let the function return a task: write task { … }, or pass the async on to Async.StartAsTask.";
        if (FSharpTypes.IsFormat(type)) return "It belongs to a sprintf (or the like) without its arguments. Write them: fun x -> sprintf \"…\" x.";
        return $"Send the data it is created from (a path, an address, its content) and create it inside the function, {LeaveOut}.";
    }

    /// <param name="type">The type of the object that is met again.</param>
    /// <param name="within">The type of the object that would have to be created from it.</param>
    public static ValueException Cycle(Type type, Type within) => ValueException.At(
        type,
        $"This is a cyclic reference that cannot be created again: a {TypeNames.Full(within)} is made from its complete content, which refers back to "
        + $"{(type == within ? "it" : "an object that holds it")}. Use a List, Dictionary or HashSet there, {LeaveOut}.");

    public static ValueException Address(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} An address or a handle has no meaning there. Send the data it refers to, {LeaveOut}.");

    public static ValueException Stack(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} It exists only on the stack. Send an array with the same content.");

    public static ValueException OpenGeneric(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Its type arguments are missing.");

    public static ValueException Endless(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Its fields lead to an endless series of ever longer generic types.");

    public static ValueException Delegates(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Delegates are not supported here. Capture it in the function instead, {LeaveOut}.");

    public static ValueException Interface(Type type) => ValueException.At(
        type,
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)
            ? $"{Cannot(type)} Its elements arrive over time. Collect them in a list first (ToListAsync) and send the list, {LeaveOut}."
            : $"{Cannot(type)} An interface does not say which type to create there. Declare a concrete type instead, "
                + $"or an abstract class that lists the possible types with [KnownType(typeof(…))], {LeaveOut}.");

    public static ValueException Abstract(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} It does not say which type to create there. List the possible types on it with [KnownType(typeof(…))], "
        + $"declare a concrete type instead, {LeaveOut}.");

    public static ValueException Object(Type declared, Type actual) => ValueException.At(
        declared,
        $"The value is a {TypeNames.Full(actual)}, but is declared as {TypeNames.Full(declared)}. This declaration allows only numbers, text, dates and "
        + "the like, and arrays, lists and dictionaries of them. Declare its actual type, "
        + $"or a base class that lists the possible types with [KnownType(typeof(…))], {LeaveOut}.");

    public static ValueException Collection(Type declared, Type actual) => ValueException.At(
        declared,
        $"The value is a {TypeNames.Full(actual)}, but is declared as {TypeNames.Full(declared)}. This declaration allows only the collections of "
        + $"System.Collections. Copy it into one of them, declare its actual type, {LeaveOut}.");

    public static ValueException Enumeration(Type declared, Type actual, Exception error) => ValueException.At(
        declared,
        $"Its elements are computed when it is sent, which failed: {TypeNames.Full(actual)} threw {TypeNames.Full(error.GetType())}: {error.Message}",
        error);

    public static ValueException Subscribers(Type type) => ValueException.At(
        type,
        $"Its change events have subscribers, which would not hear of changes in another process. Send a copy of it, {LeaveOut}.");

    public static ValueException Progress(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Reports come back only while a call that contains it is running. Capture it in the function of a call or pass it in "
        + $"an argument, {LeaveOut}. An initializer, a finalizer, a result, a report and shared data cannot contain it.");

    public static ValueException UnknownUnion(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} It is a union of F#, but the compiler has not laid out its cases as expected. Send its data, or give it a formatter ([ValueFormatter]).");

    public static ValueException InlineArray(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Inline arrays can be sent only if they contain no references. Use an array instead.");

    public static ValueException Base(Type type, Type framework) => ValueException.At(
        type,
        $"{Cannot(type)} It inherits private state from {TypeNames.Full(framework)}. Keep the data it needs in fields of its own instead.");

    public static ValueException NotAKnownType(Type declared, Type known) => ValueException.At(
        declared,
        $"{TypeNames.Full(declared)} lists {TypeNames.Full(known)} as a [KnownType], but that is not a concrete class derived from it.");

    public static ValueException KnownTypeMethod(Type declared, string method, Exception? error = null) => ValueException.At(
        declared,
        $"[KnownType(\"{method}\")] on {TypeNames.Full(declared)} must name one of its static methods that has no parameters and returns an "
        + $"IEnumerable<Type> with the same types in every process.{(error is null ? "" : $" It threw {TypeNames.Full(error.GetType())}: {error.Message}")}",
        error);

    public static ValueException RuntimeType(Type declared, Type actual) => ValueException.At(
        declared,
        $"The value is a {TypeNames.Full(actual)}, but is declared as {TypeNames.Full(declared)} and would arrive as one. "
        + (FrameworkAssemblies.Contains(declared) || declared.IsArray
            ? $"Convert it to {TypeNames.Full(declared)}."
            : $"List it with [KnownType(typeof({TypeNames.Short(actual)}))] on {TypeNames.Short(declared)}, or declare its actual type."));

    public static ValueException Comparer(Type collection, object comparer) => ValueException.At(
        collection,
        $"Its comparer, {TypeNames.Full(comparer.GetType())}, cannot be sent to another process. "
        + "Use the default comparer, or an ordinal or invariant StringComparer.");

    public static ValueException TooDeep(Type type) => ValueException.At(
        type,
        $"Values are nested too deeply here (at most {ValueContext.MaximumDepth} levels): a {TypeNames.Full(type)} within another one, and so on. "
        + $"Send the elements as one list, {LeaveOut}.");

    public static ValueException TooLong(Type type, long bytes) => ValueException.At(
        type,
        $"It takes {bytes} bytes, but one block can hold at most {int.MaxValue}. Send it in parts.");

    public static ValueException MessageTooLong(long bytes) => new(
        "",
        typeof(byte[]),
        $"The message takes {bytes} bytes up to here, but can hold at most {Array.MaxLength}. Send it in parts.");

    public static ValueException UserFormatter(Type type, string problem) => ValueException.At(type, $"{Cannot(type)} {problem}");

    public static ValueException Conversion(Type type, string what, Exception? inner) => inner is ValueException known
        ? known
        : ValueException.At(type, $"A {TypeNames.Full(type)} {what}{(inner is null ? "" : $": {inner.GetType().Name}: {inner.Message}")}.", inner);

    private static string Cannot(Type type) => $"{TypeNames.Full(type)} cannot be sent to another process.";
}
