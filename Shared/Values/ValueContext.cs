using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>
/// What accompanies values on their way: every formatter gets it as its options. It says to which message values are written, and what
/// may be believed of those that are read.
/// </summary>
/// <remarks>
/// What changes while a message is written is kept by the message, so the copies that <c>WithResolver</c> and its kin make share it.
/// </remarks>
internal sealed class ValueContext : MessagePackSerializerOptions
{
    /// <summary>How many values may lie within each other before a value is refused (a cycle has no end): as the library allows untrusted data.</summary>
    public const int MaximumDepth = 500;

    /// <summary>Asked at every so many levels only.</summary>
    private const int LevelsBetweenStackChecks = 16;

    private static readonly MessagePackSecurity Untrusted = MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(MaximumDepth);

    private readonly FrameBuffer? _message;

    /// <summary>To read.</summary>
    public ValueContext(ValueResolver resolver)
        : base(new MessagePackSerializerOptions(resolver).WithSecurity(Untrusted)) => Formatters = resolver;

    /// <summary>To write to a message.</summary>
    public ValueContext(ValueResolver resolver, FrameBuffer message)
        : base(resolver.FromWorker) => (Formatters, _message) = (resolver, message);

    /// <summary>A copy.</summary>
    public ValueContext(ValueContext other)
        : base(other) => (Formatters, _message, MayNameFiles) = (other.Formatters, other._message, other.MayNameFiles);

    /// <summary>Those of the pool; <see cref="MessagePackSerializerOptions.Resolver"/> may be one that a formatter of the user's has put in their place.</summary>
    public ValueResolver Formatters { get; }

    /// <summary>
    /// Whether the sender may name files to load code from. A worker lets its coordinator do so, which gives it its work;
    /// no worker makes its coordinator load what is not part of the application.
    /// </summary>
    public bool MayNameFiles { get; init; }

    /// <summary>The message that is written; there is none where values are read.</summary>
    public FrameBuffer Message => _message ?? throw new InvalidOperationException("These options are for reading values, not for writing them.");

    /// <summary>The context that a formatter was given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueContext Of(MessagePackSerializerOptions options) => options as ValueContext ?? throw NotOurs();

    /// <summary>One value deeper; each call is undone by <see cref="Leave(MessagePackSerializerOptions)"/>, or by <see cref="FrameBuffer.Rewind"/> after an error.</summary>
    /// <exception cref="ValueException">There are too many already.</exception>
    public static void Enter(MessagePackSerializerOptions options, Type type)
    {
        var message = Of(options).Message;
        if (message.Depth >= MaximumDepth || IsStackShort(message.Depth)) throw Refused.TooDeep(type);
        message.Depth++;
    }

    public static void Leave(MessagePackSerializerOptions options) => Of(options).Message.Depth--;

    /// <summary>The same for a value that is read; each call is undone by <see cref="Leave(ref MessagePackReader)"/>, unless there is an error.</summary>
    /// <exception cref="InsufficientExecutionStackException">There are too many already.</exception>
    public static void Enter(ref MessagePackReader reader)
    {
        Untrusted.DepthStep(ref reader);
        if (IsStackShort(reader.Depth)) RuntimeHelpers.EnsureSufficientExecutionStack();
    }

    public static void Leave(ref MessagePackReader reader) => reader.Depth--;

    /// <inheritdoc/>
    protected override MessagePackSerializerOptions Clone() => new ValueContext(this);

    private static bool IsStackShort(int depth) =>
        depth % LevelsBetweenStackChecks == LevelsBetweenStackChecks - 1 && !RuntimeHelpers.TryEnsureSufficientExecutionStack();

    private static ArgumentException NotOurs() =>
        new("A formatter of this pool was given other options than its own. Pass on the options that your formatter was given.");
}
