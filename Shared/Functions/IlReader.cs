using System.Buffers.Binary;
using System.Reflection.Emit;

namespace ProcessPool.Functions;

/// <summary>One instruction: its start and end, and its operand as a number.</summary>
internal readonly record struct IlInstruction(OpCode OpCode, int Offset, int End, int Operand);

/// <summary>Decodes the instructions of a method body (ECMA-335, partition III).</summary>
internal static class IlReader
{
    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoBytes = new OpCode[256];

    static IlReader()
    {
        foreach (var field in typeof(OpCodes).GetFields())
        {
            if (field.GetValue(null) is not OpCode code) continue;
            if (code.Size == 1) OneByte[(byte)code.Value] = code;
            else TwoBytes[(byte)code.Value] = code;
        }
    }

    public static List<IlInstruction> Decode(byte[] il)
    {
        var instructions = new List<IlInstruction>(il.Length / 2);
        for (var offset = 0; offset < il.Length;)
        {
            var code = il[offset] == 0xFE ? TwoBytes[il[offset + 1]] : OneByte[il[offset]];
            if (code.Size == 0) throw new UndecidableException($"an unknown instruction at {offset}");
            var start = offset + code.Size;
            var (operand, size) = Operand(code.OperandType, il.AsSpan(start));
            instructions.Add(new IlInstruction(code, offset, start + size, operand));
            offset = start + size;
        }

        return instructions;
    }

    /// <summary>The targets of a switch.</summary>
    public static int[] SwitchTargets(IlInstruction instruction, byte[] il)
    {
        var targets = new int[instruction.Operand];
        for (var i = 0; i < targets.Length; i++)
            targets[i] = instruction.End + BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(instruction.Offset + 5 + 4 * i));
        return targets;
    }

    private static (int Operand, int Size) Operand(OperandType type, ReadOnlySpan<byte> il) => type switch
    {
        OperandType.InlineNone => (0, 0),
        OperandType.ShortInlineBrTarget => ((sbyte)il[0], 1),
        OperandType.ShortInlineI or OperandType.ShortInlineVar => (il[0], 1),
        OperandType.InlineVar => (BinaryPrimitives.ReadUInt16LittleEndian(il), 2),
        OperandType.InlineI8 or OperandType.InlineR => (0, 8),
        OperandType.InlineSwitch => SwitchOperand(BinaryPrimitives.ReadInt32LittleEndian(il)),
        _ => (BinaryPrimitives.ReadInt32LittleEndian(il), 4),
    };

    private static (int Operand, int Size) SwitchOperand(int count) => (count, 4 + 4 * count);
}
