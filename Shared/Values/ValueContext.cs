using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>
/// The context in which values are written or read. Every formatter receives it as its options. It holds the message that values
/// are written to, and says how far the sender of values that are read is trusted.
/// </summary>
/// <remarks>
/// State that changes while a message is written is kept in the message, so the copies that <c>WithResolver</c> and the like make
/// share it.
/// </remarks>
internal sealed class ValueContext : MessagePackSerializerOptions
{
    /// <summary>
    /// How deeply values may be nested, which also stops cyclic references. It is the limit that MessagePack-CSharp sets for
    /// untrusted data.
    /// </summary>
    public const int MaximumDepth = 500;

    /// <summary>The stack is checked only once per this many levels.</summary>
    private const int LevelsBetweenStackChecks = 16;

    private static readonly MessagePackSecurity Untrusted = MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(MaximumDepth);

    private readonly FrameBuffer? _message;

    /// <summary>For reading.</summary>
    public ValueContext(ValueResolver resolver)
        : base(new MessagePackSerializerOptions(resolver).WithSecurity(Untrusted)) => Formatters = resolver;

    /// <summary>For writing to a message.</summary>
    public ValueContext(ValueResolver resolver, FrameBuffer message)
        : base(resolver.FromWorker) => (Formatters, _message) = (resolver, message);

    /// <summary>A copy.</summary>
    public ValueContext(ValueContext other)
        : base(other) => (Formatters, _message, MayNameFiles) = (other.Formatters, other._message, other.MayNameFiles);

    /// <summary>
    /// The formatters of the pool. <see cref="MessagePackSerializerOptions.Resolver"/> may differ, because a user's formatter can
    /// replace it.
    /// </summary>
    public ValueResolver Formatters { get; }

    /// <summary>
    /// Whether the sender may name files to load code from. A worker allows that to its coordinator, which gives it its work. A
    /// coordinator does not allow it, so no worker can make it load code that is not part of the application.
    /// </summary>
    public bool MayNameFiles { get; init; }

    /// <summary>The message that values are written to. There is none when values are read.</summary>
    public FrameBuffer Message => _message ?? throw new InvalidOperationException("These options are for reading values, not for writing them.");

    /// <summary>The context that a formatter received as its options.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueContext Of(MessagePackSerializerOptions options) => options as ValueContext ?? throw NotOurs();

    /// <summary>
    /// Goes one level deeper while writing. <see cref="Leave(MessagePackSerializerOptions)"/> undoes it, or
    /// <see cref="FrameBuffer.Rewind"/> after an error.
    /// </summary>
    /// <exception cref="ValueException">There are too many levels already.</exception>
    public static void Enter(MessagePackSerializerOptions options, Type type)
    {
        var message = Of(options).Message;
        if (message.Depth >= MaximumDepth || IsStackShort(message.Depth)) throw Refused.TooDeep(type);
        message.Depth++;
    }

    public static void Leave(MessagePackSerializerOptions options) => Of(options).Message.Depth--;

    /// <summary>
    /// Goes one level deeper while reading. <see cref="Leave(ref MessagePackReader)"/> undoes it, which is not needed after an
    /// error.
    /// </summary>
    /// <exception cref="InsufficientExecutionStackException">There are too many levels already.</exception>
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
        new("A formatter of this pool was called with other options than the pool's. Pass on the options that your formatter receives.");
}
