package trace

import ()

func seqIndex(t *thread, self Value, args *callArgs) (Value, error) {
	p, err := t.params("index", args, "value", "start?", "stop?")
	if err != nil {
		return nil, err
	}
	items, err := t.items(self)
	if err != nil {
		return nil, err
	}
	start, stop, _, err := t.sliceBounds(&Slice{Start: p[1], Stop: p[2]}, int64(len(items)))
	if err != nil {
		return nil, err
	}
	for i := start; i < stop; i++ {
		if same, err := t.same(items[i], p[0]); err != nil || same {
			return i, err
		}
	}
	return nil, t.errorf("ValueError", "%s is not in the list", t.short(p[0]))
}

func seqCount(t *thread, self Value, args *callArgs) (Value, error) {
	p, err := t.params("count", args, "value")
	if err != nil {
		return nil, err
	}
	items, err := t.items(self)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for _, x := range items {
		same, err := t.same(x, p[0])
		if err != nil {
			return nil, err
		}
		if same {
			n++
		}
	}
	return n, nil
}

func tupleFields(t *thread, self Value) (Value, error) {
	x := self.(*Tuple)
	if x.Type == nil {
		return nil, t.errorf("AttributeError", "tuple has no attribute %q", "_fields")
	}
	out := &Tuple{}
	for _, f := range x.Type.Fields {
		out.Items = append(out.Items, f)
	}
	return out, nil
}

func tupleAsDict(_ *thread, self Value, _ *callArgs) (Value, error) {
	x, d := self.(*Tuple), NewDict()
	if x.Type != nil {
		for i, f := range x.Type.Fields {
			d.Set(f, x.Items[i])
		}
	}
	return d, nil
}

func tupleReplace(t *thread, self Value, args *callArgs) (Value, error) {
	x := self.(*Tuple)
	if x.Type == nil {
		return nil, t.errorf("AttributeError", "tuple has no attribute %q", "_replace")
	}
	out := &Tuple{Type: x.Type, Items: append([]Value(nil), x.Items...)}
next:
	for _, k := range args.kw {
		for i, f := range x.Type.Fields {
			if f == k.name {
				out.Items[i] = k.value
				continue next
			}
		}
		return nil, t.errorf("ValueError", "got unexpected field name %q", k.name)
	}
	return out, nil
}

// newNamedTuple calls the type of a named tuple.
func (t *thread) newNamedTuple(typ *TupleType, args *callArgs) (Value, error) {
	p, err := t.params(typ.Name, args, typ.Fields...)
	return &Tuple{Items: p, Type: typ}, err
}

// extend is l += v.
func (t *thread) extend(l *List, v Value) error {
	items, err := t.items(v)
	if err != nil {
		return err
	}
	if len(l.Items)+len(items) > maxRepeat {
		return t.errorf("MemoryError", "a list of more than %d elements", maxRepeat)
	}
	l.Items = append(l.Items, items...)
	return t.charge(len(items))
}

func rangeMethods() map[string]method {
	return map[string]method{
		"start": property(func(_ *thread, v Value) (Value, error) { return v.(*Range).Start, nil }),
		"stop":  property(func(_ *thread, v Value) (Value, error) { return v.(*Range).Stop, nil }),
		"step":  property(func(_ *thread, v Value) (Value, error) { return v.(*Range).Step, nil }),
		"index": {call: seqIndex},
		"count": {call: seqCount},
	}
}

func listMethods() map[string]method {
	on := func(f func(t *thread, l *List, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*List), args) }}
	}
	return map[string]method{
		"append": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("append", args, "object")
			if err == nil {
				l.Items = append(l.Items, p[0])
			}
			return nil, err
		}),
		"extend": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("extend", args, "iterable")
			if err != nil {
				return nil, err
			}
			return nil, t.extend(l, p[0])
		}),
		"insert": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("insert", args, "index", "object")
			if err != nil {
				return nil, err
			}
			i, err := t.index(p[0], "list")
			if err != nil {
				return nil, err
			}
			n := int64(len(l.Items))
			if i < 0 {
				i += n
			}
			i = min(max(i, 0), n)
			l.Items = append(l.Items[:i:i], append([]Value{p[1]}, l.Items[i:]...)...)
			return nil, nil
		}),
		"pop": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("pop", args, "index?")
			if err != nil {
				return nil, err
			}
			i := int64(-1)
			if p[0] != nil {
				if i, err = t.index(p[0], "list"); err != nil {
					return nil, err
				}
			}
			n := int64(len(l.Items))
			if i < 0 {
				i += n
			}
			if i < 0 || i >= n {
				return nil, t.errorf("IndexError", "pop index out of range")
			}
			v := l.Items[i]
			l.Items = append(l.Items[:i:i], l.Items[i+1:]...)
			return v, nil
		}),
		"remove": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("remove", args, "value")
			if err != nil {
				return nil, err
			}
			i, err := seqIndex(t, l, positional(p[0]))
			if err != nil {
				return nil, err
			}
			return nil, t.delItem(l, i)
		}),
		"reverse": on(func(_ *thread, l *List, _ *callArgs) (Value, error) {
			for i, j := 0, len(l.Items)-1; i < j; i, j = i+1, j-1 {
				l.Items[i], l.Items[j] = l.Items[j], l.Items[i]
			}
			return nil, nil
		}),
		"sort": on(func(t *thread, l *List, args *callArgs) (Value, error) {
			p, err := t.params("sort", args, "key?", "reverse?")
			if err != nil {
				return nil, err
			}
			l.Items, err = t.sortItems(l.Items, p[0], p[1])
			return nil, err
		}),
		"copy": on(func(_ *thread, l *List, _ *callArgs) (Value, error) {
			return &List{Items: append([]Value(nil), l.Items...)}, nil
		}),
		"clear": on(func(_ *thread, l *List, _ *callArgs) (Value, error) { l.Items = nil; return nil, nil }),
		"index": {call: seqIndex},
		"count": {call: seqCount},
	}
}

func dictMethods() map[string]method {
	on := func(f func(t *thread, d *Dict, args *callArgs) (Value, error)) method {
		return method{call: func(t *thread, self Value, args *callArgs) (Value, error) { return f(t, self.(*Dict), args) }}
	}
	return map[string]method{
		"keys":   on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return &dictView{d, "keys"}, nil }),
		"values": on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return &dictView{d, "values"}, nil }),
		"items":  on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return &dictView{d, "items"}, nil }),
		"get": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			p, err := t.params("get", args, "key", "default?")
			if err != nil {
				return nil, err
			}
			if v, ok := d.Get(p[0]); ok {
				return v, nil
			}
			return p[1], nil
		}),
		"pop": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			p, err := t.params("pop", args, "key", "default?")
			if err != nil {
				return nil, err
			}
			if v, ok := d.Get(p[0]); ok {
				d.Delete(p[0])
				return v, nil
			}
			if len(args.pos)+len(args.kw) > 1 {
				return p[1], nil
			}
			return nil, t.keyError(p[0], d.Keys())
		}),
		"setdefault": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			p, err := t.params("setdefault", args, "key", "default?")
			if err != nil {
				return nil, err
			}
			if v, ok := d.Get(p[0]); ok {
				return v, nil
			}
			return p[1], t.setItem(d, p[0], p[1])
		}),
		"update": on(func(t *thread, d *Dict, args *callArgs) (Value, error) {
			m, err := pyDict(t, args)
			if err == nil {
				m.(*Dict).Each(func(k, v Value) bool { d.Set(k, v); return true })
			}
			return nil, err
		}),
		"copy":  on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { return d.Copy(), nil }),
		"clear": on(func(_ *thread, d *Dict, _ *callArgs) (Value, error) { *d = *NewDict(); return nil, nil }),
		"popitem": on(func(t *thread, d *Dict, _ *callArgs) (Value, error) {
			keys := d.Keys()
			if len(keys) == 0 {
				return nil, t.errorf("KeyError", "popitem(): dictionary is empty")
			}
			last := keys[len(keys)-1]
			v, _ := d.Get(last)
			d.Delete(last)
			return &Tuple{Items: []Value{last, v}}, nil
		}),
	}
}

// modelDictView is keys(), values() or items() of a dict of the model.
func modelDictView(kind string) method {
	return method{call: func(t *thread, self Value, _ *callArgs) (Value, error) {
		d, err := t.asDict(self)
		return &dictView{d, kind}, err
	}}
}

func modelDictGet(t *thread, self Value, args *callArgs) (Value, error) {
	d, err := t.asDict(self)
	if err != nil {
		return nil, err
	}
	return methods["dict"]["get"].call(t, d, args)
}
