namespace ProcessPool.Values;

/// <summary>The reasons why something cannot travel, each with its way out.</summary>
internal static class Refused
{
    private const string LeaveOut = "or leave the field out with [NonSerialized] ([IgnoreDataMember] on a property)";

    public static ValueException Framework(Type type) => ValueException.At(type, $"{Cannot(type)} {WayOut(type)}");

    private static string WayOut(Type type)
    {
        if (type == typeof(CancellationToken))
            return $"Capture it in the function as a variable of its own, or use WorkerContext.CancellationToken, {LeaveOut}.";
        if (type.IsAssignableTo(typeof(Task)) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            return "It stands for a result that is not there yet. A function of a pool may return Task or Task<T>; call one that returns ValueTask as async x => await f(x).";
        return $"Send what it was made from (a path, an address, its data) and make it inside the function, {LeaveOut}.";
    }

    public static ValueException Address(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} An address or a handle means nothing there. Send the data it stands for, {LeaveOut}.");

    public static ValueException Stack(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} It lives on the stack only. Send an array with the same content.");

    public static ValueException OpenGeneric(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Its generic parameters are not given.");

    public static ValueException Endless(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Its fields lead to ever longer generic types.");

    public static ValueException Delegates(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Delegates are not supported at this place. Capture it in the function instead, {LeaveOut}.");

    public static ValueException Interface(Type type) => ValueException.At(
        type,
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)
            ? $"{Cannot(type)} Its elements come over time. Gather them in a list first (ToListAsync) and send that, {LeaveOut}."
            : $"{Cannot(type)} An interface does not say which type to create there. Declare a concrete type in its place, "
                + $"or an abstract class that lists the possible types with [KnownType(typeof(…))], {LeaveOut}.");

    public static ValueException Abstract(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} It does not say which type to create there. List the possible types on it with [KnownType(typeof(…))], "
        + $"or declare a concrete type in its place, {LeaveOut}.");

    public static ValueException Object(Type declared, Type actual) => ValueException.At(
        declared,
        $"A {TypeNames.Full(actual)} is here, where {TypeNames.Full(declared)} is declared. As such only numbers, text, dates and the like are sent, "
        + "and arrays, lists and dictionaries of them. Declare the type that it really is, "
        + $"or a base class that lists the possible types with [KnownType(typeof(…))], {LeaveOut}.");

    public static ValueException Collection(Type declared, Type actual) => ValueException.At(
        declared,
        $"A {TypeNames.Full(actual)} is here, where {TypeNames.Full(declared)} is declared. As such only the collections of System.Collections are sent. "
        + $"Copy it into one of them, or declare it as what it is, {LeaveOut}.");

    public static ValueException Enumeration(Type declared, Type actual, Exception error) => ValueException.At(
        declared,
        $"Its elements, which are computed when it is sent, could not be: {TypeNames.Full(actual)} threw {TypeNames.Full(error.GetType())}: {error.Message}",
        error);

    public static ValueException Subscribers(Type type) => ValueException.At(
        type,
        $"Somebody listens to its changes, and would not hear of those in another process. Send a copy of it, {LeaveOut}.");

    public static ValueException Progress(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} What is reported to it comes back only while a call runs that took it along: capture it in the function of a call, "
        + $"or send it in an argument. An initializer, a finalizer, a result, a report and shared data cannot hold it; {LeaveOut}.");

    public static ValueException InlineArray(Type type) => ValueException.At(
        type,
        $"{Cannot(type)} Inline arrays are only sent if they hold no references. Use an array.");

    public static ValueException Base(Type type, Type framework) => ValueException.At(
        type,
        $"{Cannot(type)} It inherits the private state of {TypeNames.Full(framework)}. Hold what it needs in fields of its own instead.");

    public static ValueException NotAKnownType(Type declared, Type known) => ValueException.At(
        declared,
        $"{TypeNames.Full(declared)} lists {TypeNames.Full(known)} as [KnownType], "
        + "which is not a class derived from it that can be created.");

    public static ValueException KnownTypeMethod(Type declared, string method, Exception? error = null) => ValueException.At(
        declared,
        $"[KnownType(\"{method}\")] on {TypeNames.Full(declared)} must name a static method of it that has no parameters and returns an "
        + $"IEnumerable<Type>, the same one in every process.{(error is null ? "" : $" It threw {TypeNames.Full(error.GetType())}: {error.Message}")}",
        error);

    public static ValueException RuntimeType(Type declared, Type actual) => ValueException.At(
        declared,
        $"A {TypeNames.Full(actual)} is here, where {TypeNames.Full(declared)} is declared, and would lose what makes it one. "
        + (FrameworkAssemblies.Contains(declared) || declared.IsArray
            ? $"Convert it to {TypeNames.Full(declared)}."
            : $"List it with [KnownType(typeof({TypeNames.Short(actual)}))] on {TypeNames.Short(declared)}, or declare it as what it is."));

    public static ValueException Comparer(Type collection, object comparer) => ValueException.At(
        collection,
        $"Its comparer, {TypeNames.Full(comparer.GetType())}, cannot be sent to another process. "
        + "Use the default one or an ordinal or invariant StringComparer.");

    public static ValueException TooDeep(Type type) => ValueException.At(
        type,
        $"Values nest too deeply here ({ValueContext.MaximumDepth} levels at most), possibly because {TypeNames.Full(type)} is part of a cycle. "
        + "Break the cycle (leave the way back out with [NonSerialized]), or send the elements as a list.");

    public static ValueException TooLong(Type type, long bytes) => ValueException.At(
        type,
        $"It takes {bytes} bytes, and {int.MaxValue} is the most that one block can hold. Send it in parts.");

    public static ValueException MessageTooLong(long bytes) => new(
        "",
        typeof(byte[]),
        $"The message takes {bytes} bytes up to here, and {Array.MaxLength} is the most that it can hold. Send it in parts.");

    public static ValueException UserFormatter(Type type, string problem) => ValueException.At(type, $"{Cannot(type)} {problem}");

    public static ValueException Conversion(Type type, string what, Exception? inner) => inner is ValueException known
        ? known
        : ValueException.At(type, $"A {TypeNames.Full(type)} {what}{(inner is null ? "" : $": {inner.GetType().Name}: {inner.Message}")}.", inner);

    private static string Cannot(Type type) => $"{TypeNames.Full(type)} cannot be sent to another process.";
}
