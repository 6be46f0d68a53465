using System.Buffers;
using System.Runtime.InteropServices;
using MessagePack;
using ProcessPool.Frames;
using ProcessPool.Values;

namespace ProcessPool.Tests.Frames;

[TestFixture]
[CancelAfter(60_000)]
internal sealed class Frames_are_cut_out_of_a_stream
{
    private static readonly int[] AtOnce = [1, 2, 3, 7, 1000, int.MaxValue];

    [Test]
    public void Of_any_size_and_however_they_come([ValueSource(nameof(AtOnce))] int atOnce)
    {
        int[] sizes = [0, 1, 100, 70_000, ProtocolConstants.LargeFrame, 5, ProtocolConstants.LargeFrame + 1, 400_000, 3];
        var contents = sizes.Select((size, i) => Content(size, i)).ToArray();
        var frames = new FrameReader(new DripSource(Stream(contents), atOnce));
        foreach (var content in contents)
        {
            Assert.That(frames.TryBegin(), Is.True);
            var values = frames.Values;
            Read(frames, ref values, content);
            Assert.That(values.End, Is.True);
        }

        Assert.That(frames.TryBegin(), Is.False);
    }

    [Test]
    public void Also_one_reader_for_many_of_them([ValueSource(nameof(AtOnce))] int atOnce)
    {
        int[] sizes = [0, 1, 100, 2, 2, 2, 70_000, 3, ProtocolConstants.LargeFrame, 5, 5, ProtocolConstants.LargeFrame + 1, 5, 400_000, 3, 4];
        var contents = sizes.Select((size, i) => Content(size, i)).ToArray();
        var frames = new FrameReader(new DripSource(Stream(contents), atOnce));
        MessagePackReader values = default;
        var continued = 0;
        foreach (var content in contents)
        {
            if (frames.TryContinue(ref values)) continued++;
            else Assert.That(frames.TryBegin(out values), Is.True);
            Read(frames, ref values, content);
        }

        Assert.That(frames.TryContinue(ref values) || frames.TryBegin(out values), Is.False);
        if (atOnce == int.MaxValue) Assert.That(continued, Is.GreaterThan(5));
    }

    [Test]
    public void A_reader_that_stops_within_its_frame_or_goes_beyond_it_does_not_get_at_the_next()
    {
        var contents = new[] { 10, 10, 10, 10 }.Select(Content).ToArray();
        var frames = new FrameReader(new DripSource(Stream(contents), int.MaxValue));
        Assert.That(frames.TryBegin(out var values), Is.True);
        FrameReader.ReadKind(ref values);
        frames.EndFrame();
        Assert.That(frames.TryContinue(ref values), Is.False, "the rest of the first frame was not read");
        Assert.That(frames.TryBegin(out values), Is.True);
        Read(frames, ref values, contents[1]);
        Assert.That(frames.TryContinue(ref values), Is.True);
        FrameReader.ReadKind(ref values);
        values.Skip();
        values.Skip();
        Assert.That(frames.IsBeyond(ref values), Is.False);
        values.Skip();
        Assert.That(frames.IsBeyond(ref values), Is.True);
        frames.EndFrame();
        Assert.That(frames.TryContinue(ref values), Is.False);
        Assert.That(frames.TryBegin(out values), Is.True);
        Read(frames, ref values, contents[3]);
        Assert.That(frames.TryContinue(ref values) || frames.TryBegin(out values), Is.False);
    }

    [Test]
    public void What_was_not_read_of_a_frame_is_passed_over([ValueSource(nameof(AtOnce))] int atOnce)
    {
        var contents = new[] { 10, 500_000, 20, 300_000, 0 }.Select(Content).ToArray();
        var frames = new FrameReader(new DripSource(Stream(contents), atOnce), 1000);
        foreach (var content in contents)
        {
            Assert.That(frames.TryBegin(), Is.True);
            frames.EndFrame();
        }

        Assert.That(frames.TryBegin(), Is.False);
    }

    [Test]
    public void A_frame_that_ends_too_early_is_the_end_of_the_connection()
    {
        var stream = Stream([Content(400_000, 1)]);
        foreach (var length in new[] { 1, 4, 5, 6, 100, 20_000, 399_999 })
        {
            var frames = new FrameReader(new DripSource(stream[..length], 1000));
            Assert.That(Read, Throws.TypeOf<ConnectionEndedException>(), $"{length} bytes");

            void Read()
            {
                frames.TryBegin();
                var values = frames.Values;
                frames.Fill(ref values);
            }
        }
    }

    [Test]
    public void A_value_that_ends_before_its_frame_does_is_broken_and_not_the_end()
    {
        byte[] stream = [0xCE, 0, 0, 0, 4, 0x93, 2, 7, 0xDA, .. Stream([Content(1, 1)])];
        var frames = new FrameReader(new DripSource(stream));
        frames.TryBegin();
        var values = frames.Values;
        FrameReader.ReadKind(ref values);
        values.ReadInt32();
        try
        {
            Formatters.Wire.Compiled.Get<string?>().Read(ref values, Formatters.Wire.Compiled.FromWorker);
            Assert.Fail("The string has no end.");
        }
        catch (BrokenValueException e)
        {
            Assert.That(e.Message, Does.Contain("ends inside a value"));
        }

        frames.EndFrame();
        Assert.That(frames.TryBegin(), Is.True);
    }

    [TestCase(new byte[] { 0x41, 0, 0, 0, 1, 0 }, "0x41")]
    [TestCase(new byte[] { 0xCE, 0, 0, 0, 0 }, "0 bytes")]
    [TestCase(new byte[] { 0xCE, 0xFF, 0, 0, 0 }, "4278190080 bytes")]
    public void What_is_no_frame(byte[] bytes, string message)
    {
        Assert.That(() => new FrameReader(new DripSource(bytes)).TryBegin(), Throws.TypeOf<ProtocolException>().With.Message.Contains(message));
        Assert.That(() => new FrameReader(new DripSource(bytes)).TryBegin(out _), Throws.TypeOf<ProtocolException>().With.Message.Contains(message));
    }

    [TestCase(new byte[] { 0xCE, 0, 0, 0, 1, 0x90 })]
    [TestCase(new byte[] { 0xCE, 0, 0, 0, 2, 0x91, 0xC0 })]
    [TestCase(new byte[] { 0xCE, 0, 0, 0, 1, 0x91 })]
    [TestCase(new byte[] { 0xCE, 0, 0, 0, 1, 0x05 })]
    public void What_does_not_start_with_a_kind(byte[] bytes)
    {
        Assert.That(Read, Throws.Exception.Matches<Exception>(static e => BrokenValueException.Covers(e!)));

        void Read()
        {
            var frames = new FrameReader(new DripSource(bytes));
            frames.TryBegin();
            var values = frames.Values;
            FrameReader.ReadKind(ref values);
        }
    }

    [TestCase(100)]
    [TestCase(0x7000_0000)]
    public void A_length_costs_no_memory_before_its_bytes_have_come(int sent)
    {
        // 2 GiB are announced, and a megabyte comes.
        byte[] bytes = [0xCE, 0x70, 0, 0, 0, 0x93, 2, 7, 0xC6, 0x6F, 0xFF, 0xFF, 0xF7, .. new byte[Math.Min(sent, 1_000_000)]];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Read, Throws.TypeOf<ConnectionEndedException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000_000));

        void Read()
        {
            var frames = new FrameReader(new DripSource(bytes, 65536));
            frames.TryBegin();
            var values = frames.Values;
            frames.Fill(ref values);
        }
    }

    [Test]
    public void Large_frames_use_the_same_buffer_again()
    {
        var stream = Stream([.. Enumerable.Range(0, 40).Select(i => Content(1 << 20, i))]);
        var frames = new FrameReader(new DripSource(stream, int.MaxValue));
        for (var i = 0; i < 4; i++) Pass();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 4; i < 40; i++) Pass();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));

        void Pass()
        {
            frames.TryBegin();
            var values = frames.Values;
            frames.Fill(ref values);
            frames.EndFrame();
        }
    }

    [TestCase(300_000, 1000)]
    [TestCase(300_000, int.MaxValue)]
    [TestCase(20_000_000, 65_536)]
    [TestCase(20_000_000, int.MaxValue)]
    public void A_block_that_is_the_rest_is_read_straight_to_its_array(int count, int most)
    {
        var (first, second) = (Content(count, 1), Content(count, 2));
        var stream = Stream([first, second, Content(10, 3)]);
        var frames = new FrameReader(new DripSource(stream, most));
        Assert.That(ReadBlock<byte>(frames), Is.EqualTo(first));
        Assert.That(ReadBlock<long>(frames), Is.EqualTo(MemoryMarshal.Cast<byte, long>(second).ToArray()));
        Assert.That(ReadBlock<byte>(frames), Is.EqualTo(Content(10, 3)));
        Assert.That(frames.TryBegin(), Is.False);
    }

    [Test]
    public void A_block_that_is_no_number_of_elements_is_broken()
    {
        var frames = new FrameReader(new DripSource(Stream([Content(300_001, 1), Content(300_000, 2)])));
        Assert.That(() => ReadBlock<long>(frames), Throws.TypeOf<BrokenValueException>());
        frames.EndFrame();
        Assert.That(ReadBlock<byte>(frames), Is.EqualTo(Content(300_000, 2)));
    }

    [Test]
    public void A_block_that_something_follows_is_not_taken_for_the_rest()
    {
        byte[] stream = [0xCE, 0, 4, 0x93, 0xE9, 0x94, 2, 7, 0xC6, 0, 4, 0x93, 0xE0, .. Content(300_000, 1), 9, .. Stream([Content(300_000, 2)])];
        var frames = new FrameReader(new DripSource(stream));
        Assert.That(frames.TryBegin(), Is.True);
        var values = frames.Values;
        FrameReader.ReadKind(ref values);
        frames.FillStart(ref values);
        values.ReadInt32();
        var formatter = Formatters.Wire.Compiled.Get<byte[]?>();
        frames.Fill(ref values, formatter);
        Assert.That(formatter.Read(ref values, Formatters.Wire.Compiled.FromWorker), Is.EqualTo(Content(300_000, 1)));
        Assert.That(values.ReadInt32(), Is.EqualTo(9));
        frames.EndFrame();
        Assert.That(ReadBlock<byte>(frames), Is.EqualTo(Content(300_000, 2)));
    }

    [TestCase(300_000)]
    [TestCase(20_000_000)]
    public void A_block_that_ends_too_early_is_the_end_of_the_connection(int count)
    {
        var stream = Stream([Content(count, 1)]);
        foreach (var length in new[] { 9, 14, 20_000, count - 1 })
            Assert.That(() => ReadBlock<byte>(new FrameReader(new DripSource(stream[..length]))), Throws.TypeOf<ConnectionEndedException>(), $"{length} bytes");
    }

    [Test]
    public void A_large_block_takes_the_memory_of_its_array_and_little_more()
    {
        var frames = new FrameReader(new DripSource(Stream([Content(100_000_000, 1)]), 65_536));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(ReadBlock<byte>(frames), Has.Length.EqualTo(100_000_000));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(150_000_000));
    }

    private static T[]? ReadBlock<T>(FrameReader frames)
    {
        Assert.That(frames.TryBegin(), Is.True);
        var values = frames.Values;
        FrameReader.ReadKind(ref values);
        frames.FillStart(ref values);
        Assert.That(values.ReadInt32(), Is.EqualTo(7));
        var formatter = Formatters.Wire.Compiled.Get<T[]?>();
        frames.Fill(ref values, formatter);
        var elements = formatter.Read(ref values, Formatters.Wire.Compiled.FromWorker);
        Assert.That(frames.Remaining(ref values), Is.Zero);
        frames.EndFrame();
        return elements;
    }

    private static void Read(FrameReader frames, ref MessagePackReader values, byte[] content)
    {
        Assert.That(FrameReader.ReadKind(ref values), Is.EqualTo(FrameKind.Result));
        frames.FillStart(ref values);
        Assert.That(values.ReadInt32(), Is.EqualTo(7));
        Assert.That(frames.Remaining(ref values), Is.EqualTo(Length(content)));
        frames.Fill(ref values);
        Assert.That(frames.Remaining(ref values), Is.EqualTo(Length(content)));
        Assert.That(values.ReadBytes()!.Value.ToArray(), Is.EqualTo(content));
        Assert.That((frames.Remaining(ref values), frames.IsBeyond(ref values)), Is.EqualTo((0L, false)));
        frames.EndFrame();
    }

    private static byte[] Content(int size, int seed)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static long Length(byte[] content) => content.Length + (content.Length < 256 ? 2 : content.Length < 65536 ? 3 : 5);

    private static byte[] Stream(byte[][] contents)
    {
        var message = new FrameBuffer();
        foreach (var content in contents)
        {
            var writer = new MessagePackWriter(message);
            var frame = message.BeginFrame(ref writer, FrameKind.Result, 3);
            writer.Write(7);
            writer.Write(content);
            message.EndFrame(ref writer, frame);
        }

        return message.ToArray();
    }
}
