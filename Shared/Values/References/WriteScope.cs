using MessagePack;
using ProcessPool.Frames;

namespace ProcessPool.Values;

/// <summary>
/// The writing of one value with all that belongs to it: an argument, a result, or a function with its captured variables. Within it,
/// an object is written once, however often it is met.
/// </summary>
internal readonly struct WriteScope
{
    private readonly FrameBuffer _message;
    private readonly FrameBuffer.Mark _start;

    public WriteScope(ref MessagePackWriter writer, FrameBuffer message)
    {
        _message = message;
        _start = message.MarkWith(ref writer);
    }

    /// <summary>The value is written. Writes the content of the objects that it refers to ahead, and forgets the objects.</summary>
    public void End(ref MessagePackWriter writer, ValueContext context)
    {
        if (_message.MetObjects is not { } objects) return;
        if (objects.Followers is { } followers) WriteFollowers(ref writer, objects, followers, context);
        objects.Clear();
    }

    private void WriteFollowers(ref MessagePackWriter writer, WrittenObjects objects, Queue<Following> followers, ValueContext context)
    {
        writer.Flush();
        _message.Insert(_start, ReferenceCode.FollowedStart);
        writer = new MessagePackWriter(_message);
        uint count = 2;
        for (; followers.TryDequeue(out var following); count++) following.Formatter.WriteFollowing(ref writer, following, objects, context);
        writer.Flush();
        _message.PatchUInt32(_start.Position, count);
    }
}
